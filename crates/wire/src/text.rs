//! How the answer's text should look: plain, JSON, or JSON that fits a schema; and how wordy.

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// The text settings of a request, echoed by the response. Spec: `TextConfig`,
/// `TextExtendedConfig`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct TextConfig {
    /// The form of the answer. Default: plain text.
    pub format: Option<TextFormat>,
    /// How much the model writes. Default: `medium`, where the model knows the setting at all.
    pub verbosity: Option<Verbosity>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl TextConfig {
    /// Nothing set.
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

/// The form that the answer's text takes. Spec: `Formats`.
///
/// ```
/// use orouter_wire::TextFormat;
/// # use serde_json::json;
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
    /// Plain text. Spec: `FormatTextConfig`.
    Text(PlainTextFormat),
    /// Some JSON object; the prompt has to ask for it. Spec: `FormatJsonObjectConfig`.
    JsonObject(JsonObjectFormat),
    /// JSON that fits a schema. Spec: `FormatJsonSchemaConfig`.
    JsonSchema(JsonSchemaFormat),
    /// A grammar or anything else this version does not know.
    Unknown(Unknown),
}

impl TextFormat {
    /// Plain text.
    #[must_use]
    pub fn text() -> Self {
        Self::Text(PlainTextFormat::default())
    }

    /// Some JSON object.
    #[must_use]
    pub fn json_object() -> Self {
        Self::JsonObject(JsonObjectFormat::default())
    }

    /// JSON that fits `schema`, a JSON Schema. `name` is at most 64 of `a-z`, `A-Z`, `0-9`, `_`
    /// and `-`.
    #[must_use]
    pub fn json_schema(name: impl Into<String>, schema: impl Into<Raw>) -> Self {
        Self::JsonSchema(JsonSchemaFormat::new(name, schema))
    }

    /// Sets whether the schema is enforced to the letter. Formats without a schema stay as they
    /// are.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        match self {
            Self::JsonSchema(format) => Self::JsonSchema(format.strict(strict)),
            other => other,
        }
    }

    /// Sets what the schema is for. Formats without a schema stay as they are.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        match self {
            Self::JsonSchema(format) => Self::JsonSchema(format.description(description)),
            other => other,
        }
    }
}

/// Plain text; it has no settings. Spec: `FormatTextConfig`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct PlainTextFormat {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Some JSON object; it has no settings. Spec: `FormatJsonObjectConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct JsonObjectFormat {
    /// Members that no field takes.
    pub extra: Extra,
}

/// JSON that fits a schema. Spec: `FormatJsonSchemaConfig`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct JsonSchemaFormat {
    /// The schema's name: at most 64 of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    pub name: String,
    /// What the schema is for; models read it.
    pub description: Option<String>,
    /// The JSON Schema itself.
    pub schema: Raw,
    /// Whether the schema is enforced to the letter. Default: the provider's.
    pub strict: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl JsonSchemaFormat {
    /// A schema with its name.
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

/// How much a model writes. Spec: `TextConfig.verbosity`, `TextExtendedConfig.verbosity`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Verbosity {
    /// Terse.
    Low,
    /// As usual.
    Medium,
    /// Thorough.
    High,
    /// More than `high`.
    Xhigh,
    /// All it can.
    Max,
    /// A level this version does not know.
    Unknown(UnknownValue),
}
