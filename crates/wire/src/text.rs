//! Format and verbosity of the output text: plain text, JSON, or JSON that matches a schema.

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Text settings of a request. The response echoes them.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct TextConfig {
    /// Format of the output text. Default: plain text.
    pub format: Option<TextFormat>,
    /// Verbosity of the output text. Default: `medium`, on models that support the setting.
    pub verbosity: Option<Verbosity>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl TextConfig {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(TextConfig {
    into format: TextFormat;
    into verbosity: Verbosity;
});

impl From<TextFormat> for TextConfig {
    fn from(format: TextFormat) -> Self {
        Self::new().format(format)
    }
}

impl From<Verbosity> for TextConfig {
    fn from(verbosity: Verbosity) -> Self {
        Self::new().verbosity(verbosity)
    }
}

/// Format of the output text.
///
/// Use [`json_schema`](Self::json_schema) for structured output: the text is then JSON that matches
/// a schema.
///
/// ```
/// use orouter_wire::TextFormat;
/// use serde_json::json;
/// let format = TextFormat::json_schema("city", json!({
///     "type": "object",
///     "properties": {"name": {"type": "string"}},
///     "required": ["name"],
///     "additionalProperties": false,
/// })).strict(true);
/// assert_eq!(format.kind(), "json_schema");
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum TextFormat {
    /// Plain text.
    Text(PlainTextFormat),
    /// A JSON object of any form. The prompt has to ask for JSON.
    JsonObject(JsonObjectFormat),
    /// JSON that matches a schema.
    JsonSchema(JsonSchemaFormat),
    /// A format unknown to this version, such as a grammar.
    Unknown(Unknown),
}

impl TextFormat {
    /// Creates the format for plain text.
    #[must_use]
    pub fn text() -> Self {
        Self::Text(PlainTextFormat::default())
    }

    /// Creates the format for any JSON object.
    #[must_use]
    pub fn json_object() -> Self {
        Self::JsonObject(JsonObjectFormat::default())
    }

    /// Creates the format for JSON that matches `schema`, a JSON Schema. `name` has at most 64
    /// characters out of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    #[must_use]
    pub fn json_schema(name: impl Into<String>, schema: impl Into<Raw>) -> Self {
        Self::JsonSchema(JsonSchemaFormat::new(name, schema))
    }

    /// Sets strict enforcement of the schema. Has no effect on formats without a schema.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        match self {
            Self::JsonSchema(format) => Self::JsonSchema(format.strict(strict)),
            other => other,
        }
    }

    /// Sets the description of the schema. Has no effect on formats without a schema.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        match self {
            Self::JsonSchema(format) => Self::JsonSchema(format.description(description)),
            other => other,
        }
    }
}

/// Settings of the plain text format. It has none.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct PlainTextFormat {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Settings of the JSON object format. It has none.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct JsonObjectFormat {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Settings of the format for JSON that matches a schema.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct JsonSchemaFormat {
    /// Name of the schema: at most 64 characters out of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    pub name: String,
    /// Description of the schema for the model.
    pub description: Option<String>,
    /// JSON Schema.
    pub schema: Raw,
    /// Enforces the schema strictly. Default: the provider's.
    pub strict: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl JsonSchemaFormat {
    /// Creates a format from a name and a schema.
    #[must_use]
    pub fn new(name: impl Into<String>, schema: impl Into<Raw>) -> Self {
        Self {
            name: name.into(),
            schema: schema.into(),
            ..Self::default()
        }
    }
}

setters!(JsonSchemaFormat {
    into description: String;
    copy strict: bool;
});

/// Verbosity of the output text.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Verbosity {
    /// Short.
    Low,
    /// Medium length.
    Medium,
    /// Detailed.
    High,
    /// More detailed than `high`.
    Xhigh,
    /// Maximum detail.
    Max,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}
