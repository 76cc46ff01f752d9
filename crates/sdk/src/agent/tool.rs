//! [`FnTool`]: a tool that is an async function over typed arguments.

use std::{any::Any, fmt, future::Future, sync::Arc, time::Duration};

use orouter_wire::{ContentPart, FunctionTool, ToolOutput};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{tool_context::ToolContext, tool_error::ToolError};
use crate::transport::BoxFuture;

/// A tool that is an async function over typed arguments.
///
/// `tool_fn` (feature `schema`) derives the definition from the type of the
/// arguments; [`new`](Self::new) takes one. [`RunCall::tool`](crate::RunCall::tool) registers it for a
/// run. Cheap to clone.
///
/// The function runs within the run's own future: when that is dropped or aborted, the tool is dropped
/// at its next `await`. Code that blocks the thread belongs into tokio's `spawn_blocking`.
///
/// # Output
///
/// | Type of the output | Sent to the model |
/// |---|---|
/// | `String`, `&'static str` and other types that serialise to a string | the text itself |
/// | [`ToolOutput`], `Vec<ContentPart>` | as it is: text, images, files |
/// | any other type that implements `Serialize` | its JSON text |
///
/// # Example
///
/// ```
/// use orouter::{FnTool, FunctionTool};
/// use serde_json::{Value, json};
///
/// let definition = FunctionTool::new("get_weather", json!({
///     "type": "object",
///     "properties": {"city": {"type": "string"}},
///     "required": ["city"],
///     "additionalProperties": false,
/// }));
/// let weather = FnTool::new(definition, |arguments: Value| async move {
///     Ok(json!({"city": arguments["city"], "celsius": 21}))
/// });
/// assert_eq!(weather.name(), "get_weather");
/// ```
#[derive(Clone)]
pub struct FnTool {
    definition: FunctionTool,
    function: Arc<Function>,
    approval: Approval,
    timeout: Option<Duration>,
    /// The reason why the definition cannot be used, returned as the error of the run.
    broken: Option<String>,
}

/// Decodes the arguments and starts the tool.
type Function =
    dyn Fn(&str, ToolContext) -> Result<Running, serde_json::Error> + Send + Sync + 'static;

/// A tool that runs.
pub(super) type Running = BoxFuture<'static, Result<ToolOutput, ToolError>>;

/// Decides if a call needs an approval.
#[derive(Clone)]
enum Approval {
    Never,
    Always,
    If(Arc<dyn Fn(&Value) -> bool + Send + Sync>),
}

impl FnTool {
    /// Creates a tool from its definition and a function of its arguments.
    ///
    /// The definition's `parameters` must be the schema of an object; otherwise the run fails with an
    /// error of kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) before anything is
    /// sent.
    pub fn new<A, F, Fut, O>(definition: FunctionTool, function: F) -> Self
    where
        A: DeserializeOwned,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, ToolError>> + Send + 'static,
        O: Serialize + Send + 'static,
    {
        Self::with_context(definition, move |arguments, _| function(arguments))
    }

    /// Creates a tool whose function also takes a [`ToolContext`], to report progress or to read the id
    /// of the call.
    pub fn with_context<A, F, Fut, O>(definition: FunctionTool, function: F) -> Self
    where
        A: DeserializeOwned,
        F: Fn(A, ToolContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, ToolError>> + Send + 'static,
        O: Serialize + Send + 'static,
    {
        let function = move |arguments: &str, context: ToolContext| {
            let arguments = serde_json::from_str(object(arguments))?;
            let running = function(arguments, context);
            let running: Running = Box::pin(async move { encode(running.await?) });
            Ok(running)
        };
        Self {
            broken: check(&definition),
            definition,
            function: Arc::new(function),
            approval: Approval::Never,
            timeout: None,
        }
    }

    /// Sets the description for the model: the purpose of the tool, and when to call it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.definition.description = Some(description.into());
        self
    }

    /// Requires an approval of each call: the run stops, and
    /// [`ModelRun::pending_calls`](crate::ModelRun::pending_calls) lists the call.
    #[must_use]
    pub fn require_approval(mut self) -> Self {
        self.approval = Approval::Always;
        self
    }

    /// Requires an approval of the calls for whose arguments `condition` returns `true`.
    ///
    /// Arguments that `condition` cannot receive, because they are not JSON or have a number or a nesting
    /// that a [`Value`] cannot hold, are invalid: the tool does not run, and the model is told. If
    /// `condition` panics, the call needs an approval.
    #[must_use]
    pub fn require_approval_if(
        mut self,
        condition: impl Fn(&Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.approval = Approval::If(Arc::new(condition));
        self
    }

    /// Sets the maximum time of one call, in place of the run's
    /// [`tool_timeout`](crate::RunCall::tool_timeout). A call that takes longer is dropped, which counts
    /// as an error of the tool.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Returns the name of the tool.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// Returns the definition that the model receives.
    #[must_use]
    pub fn definition(&self) -> &FunctionTool {
        &self.definition
    }

    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    pub(super) fn own_timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Returns true if a call with these arguments needs an approval. The error is that of arguments which
    /// the condition cannot receive. The tool must not run with them: its own type could skip the part
    /// that is no `Value`.
    pub(super) fn needs_approval(&self, arguments: &str) -> Result<bool, serde_json::Error> {
        match &self.approval {
            Approval::Never => Ok(false),
            Approval::Always => Ok(true),
            Approval::If(condition) => {
                let arguments = serde_json::from_str(object(arguments))?;
                let decide = std::panic::AssertUnwindSafe(|| condition(&arguments));
                Ok(std::panic::catch_unwind(decide).unwrap_or(true))
            }
        }
    }

    /// Decodes the arguments and starts the tool. The error is that of the arguments.
    pub(super) fn start(
        &self,
        arguments: &str,
        context: ToolContext,
    ) -> Result<Running, serde_json::Error> {
        (self.function)(arguments, context)
    }
}

/// Creates a tool from a name and an async function. Name, description and parameters of the definition
/// come from `name` and the type of the arguments.
///
/// The type implements `Deserialize` and `JsonSchema`. Its documentation becomes the tool's description
/// (see also [`FnTool::description`]), the documentation of its fields that of the parameters. The
/// schema follows the rules of strict mode, so that services can enforce it.
///
/// # Errors
///
/// Returns a [`SchemaError`](crate::SchemaError) that names type and member if the type has no schema
/// by the strict rules. For such types use [`FunctionTool::of_lenient`] with [`FnTool::new`].
///
/// # Example
///
/// ```
/// use orouter::{FnTool, schemars::JsonSchema, tool_fn};
/// use serde::Deserialize;
/// use serde_json::json;
///
/// /// Current weather in a city.
/// #[derive(Deserialize, JsonSchema)]
/// #[schemars(crate = "orouter::schemars")]
/// struct WeatherArgs {
///     /// Name of the city, in English.
///     city: String,
/// }
///
/// let weather: FnTool = tool_fn("get_weather", |args: WeatherArgs| async move {
///     Ok(json!({"city": args.city, "celsius": 21}))
/// })?;
/// # Ok::<(), orouter::SchemaError>(())
/// ```
#[cfg(feature = "schema")]
pub fn tool_fn<A, F, Fut, O>(
    name: impl Into<String>,
    function: F,
) -> Result<FnTool, orouter_wire::SchemaError>
where
    A: DeserializeOwned + orouter_wire::schemars::JsonSchema,
    F: Fn(A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, ToolError>> + Send + 'static,
    O: Serialize + Send + 'static,
{
    Ok(FnTool::new(FunctionTool::of::<A>(name)?, function))
}

/// Creates a tool as [`tool_fn`] does, whose function also takes a [`ToolContext`].
///
/// # Errors
///
/// Returns the errors of [`tool_fn`].
#[cfg(feature = "schema")]
pub fn tool_fn_with_context<A, F, Fut, O>(
    name: impl Into<String>,
    function: F,
) -> Result<FnTool, orouter_wire::SchemaError>
where
    A: DeserializeOwned + orouter_wire::schemars::JsonSchema,
    F: Fn(A, ToolContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, ToolError>> + Send + 'static,
    O: Serialize + Send + 'static,
{
    Ok(FnTool::with_context(FunctionTool::of::<A>(name)?, function))
}

/// Returns the JSON text of arguments. Some models send no text if there are no arguments.
fn object(arguments: &str) -> &str {
    match arguments.trim() {
        "" => "{}",
        arguments => arguments,
    }
}

/// Returns the reason why a definition cannot be used.
fn check(definition: &FunctionTool) -> Option<String> {
    let name = &definition.name;
    if name.is_empty() {
        return Some("a tool has an empty name".to_owned());
    }
    let parameters = definition.parameters.as_ref()?;
    if parameters.is_null() {
        return None;
    }
    // Arguments are always an object.
    let is_object = match parameters.parse::<Map<String, Value>>() {
        Err(_) => false,
        Ok(schema) => match schema.get("type") {
            None => true,
            Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
            Some(kind) => kind == "object",
        },
    };
    (!is_object).then(|| {
        format!("the parameters of the tool {name:?} are not the schema of an object; set \"type\": \"object\"")
    })
}

/// Encodes the result of a tool for the model.
fn encode<O: Serialize + 'static>(output: O) -> Result<ToolOutput, ToolError> {
    let mut output = Some(output);
    let any: &mut dyn Any = &mut output;
    if let Some(output) = any
        .downcast_mut::<Option<ToolOutput>>()
        .and_then(Option::take)
    {
        return Ok(output);
    }
    if let Some(parts) = any
        .downcast_mut::<Option<Vec<ContentPart>>>()
        .and_then(Option::take)
    {
        return Ok(ToolOutput::Parts(parts));
    }
    let json = serde_json::to_string(&output)?;
    // A string is sent as text, without the quotes of JSON.
    let text = if json.starts_with('"') {
        serde_json::from_str(&json)?
    } else {
        json
    };
    Ok(ToolOutput::Text(text))
}

/// Shows the definition's name and the settings.
impl fmt::Debug for FnTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let approval = match self.approval {
            Approval::Never => "never",
            Approval::Always => "always",
            Approval::If(_) => "by arguments",
        };
        f.debug_struct("FnTool")
            .field("name", &self.definition.name)
            .field("approval", &approval)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
