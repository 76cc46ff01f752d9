//! The schemas of a request: read, and relaxed to what the engine enforces.
//!
//! With `strict: true` a schema that cannot be enforced is a 400 that names its member; otherwise
//! it is relaxed, and what was relaxed is noted.

use orouter_local::{Change, Engine, GenerateError, SchemaRoot};
use orouter_wire::text::JsonSchemaFormat;
use orouter_wire::{FunctionTool, Raw};
use serde_json::{Value, json};

use crate::admit::aside;
use crate::failure::Failure;
use crate::notes::Notes;
use crate::quote::quote;

/// Why an answer was not begun.
#[derive(Debug)]
pub(super) enum Refused {
    Engine(GenerateError),
    Request(Box<Failure>),
}

impl From<GenerateError> for Refused {
    fn from(error: GenerateError) -> Self {
        Self::Engine(error)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Request(Box::new(failure))
    }
}

/// A schema of the request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Schema {
    /// The schema, as the client sent it: an object or a boolean.
    pub(super) value: Value,
    /// Its place in the request: `tools[0].parameters`.
    pub(super) path: String,
    /// Whether to refuse the request if the schema cannot be enforced.
    pub(super) strict: bool,
}

impl Schema {
    /// The parameters of a function. Without any, the function takes an empty object.
    pub(super) fn of_function(tool: &FunctionTool, path: &str) -> Result<Self, Failure> {
        aside::once(&tool.extra, path, "parameters")?;
        let path = format!("{path}.parameters");
        let none = || json!({"type": "object", "properties": {}, "additionalProperties": false});
        let strict = tool.strict == Some(true);
        let mut schema = match &tool.parameters {
            None => Self::new(none(), &path, strict),
            Some(raw) if raw.is_null() => Self::new(none(), &path, strict),
            Some(raw) => Self::read(raw, &path, strict)?,
        };
        schema.is_schema()?;
        if let Value::Object(members) = &mut schema.value {
            members.entry("type").or_insert_with(|| json!("object"));
        }
        Ok(schema)
    }

    /// The schema of `text.format`. Unlike that of one of many tools, the form of the answer was
    /// asked for: a schema that cannot be read is refused.
    pub(super) fn of_text(format: &JsonSchemaFormat) -> Result<Self, Failure> {
        let mut schema = Self::read(&format.schema, "text.format.schema", true)?;
        schema.is_schema()?;
        schema.strict = format.strict == Some(true);
        Ok(schema)
    }

    fn is_schema(&self) -> Result<(), Failure> {
        match self.value {
            Value::Object(_) | Value::Bool(_) => Ok(()),
            _ => Err(Failure::invalid(
                &self.path,
                format!("`{}` must be a JSON Schema object", self.path),
            )),
        }
    }

    /// A schema of an object with any members.
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

    /// Reads a schema. One that is nested too deeply to be read allows anything, unless `strict`.
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

    /// Relaxes the schema to what the engine enforces. `tool` is the function that it is for.
    pub(super) fn enforceable(
        &self,
        engine: &Engine,
        tool: Option<&str>,
        notes: &Notes,
    ) -> Result<Value, Refused> {
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

    fn member(&self, change: &Change) -> String {
        match change.path.as_str() {
            "" => self.path.clone(),
            path if path.starts_with('[') => format!("{}{path}", self.path),
            path => format!("{}.{path}", self.path),
        }
    }

    fn refusal(&self, change: &Change, tool: Option<&str>) -> Failure {
        let member = self.member(change);
        let of = match tool {
            Some(name) => format!("the tool `{}`", quote(name)),
            None => "the answer".to_owned(),
        };
        let message = format!(
            "the schema of {of} cannot be enforced as `strict: true` asks: `{member}` {}; change \
             it, or send `strict: false` for a schema that is enforced in part",
            change.reason
        );
        Failure::invalid(member, message)
    }
}
