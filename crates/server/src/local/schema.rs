//! [`Schema`]: reads the schemas of a request and relaxes them to the part that the engine
//! enforces.
//!
//! With `strict: true` a schema that cannot be enforced is a 400 that names its member. Otherwise
//! it is relaxed, and the relaxed members are noted.

use orouter_local::{Change, Engine, GenerateError, SchemaRoot};
use orouter_wire::text::JsonSchemaFormat;
use orouter_wire::{FunctionTool, Raw};
use serde_json::{Value, json};

use crate::admit::undecoded;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;

/// The reason why a generation does not start.
#[derive(Debug)]
pub(super) enum Refusal {
    Engine(GenerateError),
    Request(Box<Failure>),
}

impl From<GenerateError> for Refusal {
    fn from(error: GenerateError) -> Self {
        Self::Engine(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Request(Box::new(failure))
    }
}

/// A schema of the request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Schema {
    /// The schema, as the client sent it: an object or a boolean.
    pub(super) value: Value,
    /// Its path in the request: `tools[0].parameters`.
    pub(super) path: String,
    /// `true` to refuse the request if the schema cannot be enforced.
    pub(super) strict: bool,
}

impl Schema {
    /// Reads the parameters of a function. A function without parameters takes an empty object.
    pub(super) fn from_function(tool: &FunctionTool, path: &str) -> Result<Self, Failure> {
        undecoded::once(&tool.extra, path, "parameters")?;
        let path = format!("{path}.parameters");
        let none = || json!({"type": "object", "properties": {}, "additionalProperties": false});
        let strict = tool.strict == Some(true);
        let mut schema = match &tool.parameters {
            None => Self::new(none(), &path, strict),
            Some(raw) if raw.is_null() => Self::new(none(), &path, strict),
            Some(raw) => Self::read(raw, &path, strict)?,
        };
        schema.check_type()?;
        if let Value::Object(members) = &mut schema.value {
            members.entry("type").or_insert_with(|| json!("object"));
        }
        Ok(schema)
    }

    /// Reads the schema of `text.format`. A schema that cannot be read is refused even if it is not
    /// `strict`, because the request asks for this form.
    pub(super) fn from_text_format(format: &JsonSchemaFormat) -> Result<Self, Failure> {
        let mut schema = Self::read(&format.schema, "text.format.schema", true)?;
        schema.check_type()?;
        schema.strict = format.strict == Some(true);
        Ok(schema)
    }

    /// Refuses a value that is not an object or a boolean.
    fn check_type(&self) -> Result<(), Failure> {
        match self.value {
            Value::Object(_) | Value::Bool(_) => Ok(()),
            _ => Err(Failure::invalid(
                &self.path,
                format!("`{}` must be a JSON Schema object", self.path),
            )),
        }
    }

    /// Creates a schema of an object with any members.
    pub(super) fn any_object(path: &str) -> Self {
        Self::new(json!({"type": "object"}), path, false)
    }

    fn new(value: Value, path: &str, strict: bool) -> Self {
        let path = path.to_owned();
        Self {
            value,
            path,
            strict,
        }
    }

    /// Reads a schema. A schema that is nested too deeply allows any value, unless `strict`.
    fn read(raw: &Raw, path: &str, strict: bool) -> Result<Self, Failure> {
        let value = match raw.parse::<Value>() {
            Ok(value) => value,
            Err(error) if strict => {
                let message = format!("`{path}` cannot be read: {error}");
                return Err(Failure::invalid(path, message));
            }
            Err(_) => json!({}),
        };
        Ok(Self::new(value, path, strict))
    }

    /// Relaxes the schema to the part that the engine enforces, and notes the changes. `tool` is
    /// the function with this schema; `None` for a text.
    pub(super) fn enforceable(
        &self,
        engine: &Engine,
        tool: Option<&str>,
        notes: &Notes,
    ) -> Result<Value, Refusal> {
        let root = match tool {
            Some(_) => SchemaRoot::Object,
            None => SchemaRoot::Any,
        };
        let relaxed = engine.relax(&self.value, root)?;
        if let Some(change) = relaxed.changes.first().filter(|_| self.strict) {
            return Err(self.refusal(change, tool).into());
        }
        for change in &relaxed.changes {
            notes.adjusted(
                self.member(change),
                format!("relaxed: {}, and `strict` is not true", change.reason),
            );
        }
        Ok(relaxed.schema)
    }

    /// Returns the path of a change in the request.
    fn member(&self, change: &Change) -> String {
        match change.path.as_str() {
            "" => self.path.clone(),
            path if path.starts_with('[') => format!("{}{path}", self.path),
            path => format!("{}.{path}", self.path),
        }
    }

    /// Returns the failure of a strict schema that would have to be relaxed.
    fn refusal(&self, change: &Change, tool: Option<&str>) -> Failure {
        let member = self.member(change);
        let subject = match tool {
            Some(name) => format!("the tool `{}`", quote(name)),
            None => "the text".to_owned(),
        };
        let message = format!(
            "the schema of {subject} cannot be enforced as `strict: true` asks: `{member}` {}; change \
             it, or send `strict: false` for a schema that is enforced in part",
            change.reason
        );
        Failure::invalid(member, message)
    }
}
