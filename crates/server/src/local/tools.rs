//! Which functions the model may or must call, taken from `tools` and `tool_choice`.

use orouter_wire::{
    FunctionTool, ResponsesRequest, SpecificToolChoice, Tool, ToolChoice, ToolChoiceMode,
};
use serde_json::{Value, json};

use crate::admit::aside;
use crate::failure::Failure;

/// A function on offer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// A JSON Schema of an object.
    pub(super) parameters: Value,
}

/// The functions on offer, and whether one of them has to be called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Offer {
    pub(super) functions: Vec<Function>,
    pub(super) must_call: bool,
}

impl Offer {
    /// Reads the offer of a request.
    ///
    /// Tools that this server would have to run (web search, code, MCP ...) are refused: there is
    /// nothing here that runs them.
    pub(super) fn of(request: &ResponsesRequest) -> Result<Self, Failure> {
        let mut functions: Vec<Function> = Vec::with_capacity(request.tools.len());
        for (index, tool) in request.tools.iter().enumerate() {
            let path = format!("tools[{index}]");
            let function = match tool {
                Tool::Function(tool) => function(tool, &path)?,
                other => return Err(unsupported(other.kind(), &path)),
            };
            if functions.iter().any(|known| known.name == function.name) {
                return Err(Failure::invalid(
                    format!("{path}.name"),
                    format!("`{path}.name` is `{}`, as an earlier tool's", function.name),
                ));
            }
            functions.push(function);
        }
        choose(functions, request.tool_choice.as_ref())
    }
}

fn unsupported(kind: &str, path: &str) -> Failure {
    match kind {
        "" => Failure::invalid(path, format!("`{path}` must be an object with a `type`")),
        kind => Failure::invalid(
            format!("{path}.type"),
            format!(
                "`{path}.type` is `{kind}`; this model takes tools of type `function`, which the \
                 caller runs, and no other"
            ),
        ),
    }
}

fn function(tool: &FunctionTool, path: &str) -> Result<Function, Failure> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    if tool.name.is_empty() || tool.name.len() > 64 || !tool.name.bytes().all(allowed) {
        return Err(Failure::invalid(
            format!("{path}.name"),
            format!("`{path}.name` must be 1 to 64 of a-z, A-Z, 0-9, `_` and `-`"),
        ));
    }
    aside::string(&tool.extra, path, "description")?;
    aside::once(&tool.extra, path, "parameters")?;
    let parameters = match &tool.parameters {
        None => json!({"type": "object", "properties": {}, "additionalProperties": false}),
        Some(raw) => match raw.parse::<Value>() {
            Ok(Value::Null) => {
                json!({"type": "object", "properties": {}, "additionalProperties": false})
            }
            Ok(Value::Object(mut schema)) => {
                schema.entry("type").or_insert_with(|| json!("object"));
                Value::Object(schema)
            }
            Ok(_) => {
                return Err(Failure::invalid(
                    format!("{path}.parameters"),
                    format!("`{path}.parameters` must be a JSON Schema object"),
                ));
            }
            Err(error) => {
                return Err(Failure::invalid(
                    format!("{path}.parameters"),
                    format!("`{path}.parameters` cannot be read: {error}"),
                ));
            }
        },
    };
    Ok(Function {
        name: tool.name.clone(),
        description: tool.description.clone(),
        parameters,
    })
}

/// Narrows the functions to those that `tool_choice` leaves.
fn choose(functions: Vec<Function>, choice: Option<&ToolChoice>) -> Result<Offer, Failure> {
    let (functions, mode) = match choice {
        None => (functions, &ToolChoiceMode::Auto),
        Some(ToolChoice::Mode(mode)) => (functions, mode),
        Some(ToolChoice::Tool(SpecificToolChoice::Function(choice))) => (
            only(functions, &[&choice.name], "tool_choice.name")?,
            &ToolChoiceMode::Required,
        ),
        Some(ToolChoice::Tool(SpecificToolChoice::AllowedTools(choice))) => {
            let mut names = Vec::with_capacity(choice.tools.len());
            for (index, tool) in choice.tools.iter().enumerate() {
                let path = format!("tool_choice.tools[{index}].name");
                names.push(tool.name.as_deref().ok_or_else(|| {
                    Failure::invalid(&path, format!("`{path}` must name one of the `tools`"))
                })?);
            }
            if choice.extra.get("mode").is_some_and(|raw| !raw.is_null()) {
                return Err(Failure::invalid(
                    "tool_choice.mode",
                    "`tool_choice.mode` must be `auto` or `required`",
                ));
            }
            (only(functions, &names, "tool_choice.tools")?, &choice.mode)
        }
        Some(ToolChoice::Tool(other)) => {
            return Err(Failure::invalid(
                "tool_choice.type",
                format!(
                    "`tool_choice.type` is `{}`; here it can be `function` or `allowed_tools`",
                    other.kind(),
                ),
            ));
        }
        Some(_) => return Err(bad_mode()),
    };
    match mode {
        ToolChoiceMode::None => Ok(Offer::default()),
        ToolChoiceMode::Auto => Ok(Offer {
            functions,
            must_call: false,
        }),
        ToolChoiceMode::Required if functions.is_empty() => Err(Failure::invalid(
            "tool_choice",
            "`tool_choice` asks for a call, and `tools` has no function to call",
        )),
        ToolChoiceMode::Required => Ok(Offer {
            functions,
            must_call: true,
        }),
        _ => Err(bad_mode()),
    }
}

fn bad_mode() -> Failure {
    Failure::invalid(
        "tool_choice",
        "`tool_choice` must be `auto`, `none`, `required`, or an object that names a function",
    )
}

/// The functions of these names, all of which must be there.
fn only(functions: Vec<Function>, names: &[&str], path: &str) -> Result<Vec<Function>, Failure> {
    if let Some(missing) = names
        .iter()
        .find(|name| !functions.iter().any(|f| f.name == **name))
    {
        return Err(Failure::invalid(
            path,
            format!("`{path}` names the function `{missing}`, which `tools` does not have"),
        ));
    }
    Ok(functions
        .into_iter()
        .filter(|f| names.contains(&f.name.as_str()))
        .collect())
}
