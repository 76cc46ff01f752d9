//! [`Model`]: a model as `GET /models` lists it.

use orouter_wire::ReasoningEffort;

use super::price::Price;

/// A model as `GET /models` lists it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// The name that requests use: `author/slug`.
    pub id: String,
    /// Other names that requests may use.
    pub aliases: Vec<String>,
    /// The display name. Default: the id.
    pub name: String,
    /// A description for people. Default: empty.
    pub description: String,
    /// The time of the model's publication, in seconds since 1970. Default: 0.
    pub created: u64,
    /// The family of the model at its author, for `~author/family-latest`. Default: `None`.
    pub family: Option<String>,
    /// Maximum number of tokens of prompt and output together. Default: 0.
    pub context_length: u64,
    /// The request parameters that have an effect on the model, in the catalog's words. Default:
    /// none.
    pub supported_parameters: Vec<String>,
    /// The values of `reasoning.effort` that the model supports, or `None` if they are not known.
    /// Default: `None`.
    pub supported_efforts: Option<Vec<ReasoningEffort>>,
    /// The temperature of requests that do not set one. Default: 1.
    pub default_temperature: f64,
    /// The `top_p` of requests that do not set one. Default: 1.
    pub default_top_p: f64,
    /// Prices, or `None` if they are not known. Default: `None`.
    pub price: Option<Price>,
    /// Kinds of input: `text`, `image`, `file`, `audio`, `video`. Default: `text`.
    pub input_modalities: Vec<String>,
    /// Kinds of output: `text`, `image`, `audio` and so on. Default: `text`.
    pub output_modalities: Vec<String>,
    /// The tokenizer, in the catalog's words: `GPT`, `Claude`, `Llama3`. Default: `Other`.
    pub tokenizer: String,
    /// The chat template of the model, such as `chatml`. Default: `None`, for a model whose
    /// template is not known.
    pub instruct_type: Option<String>,
    /// Maximum number of output tokens, or `None` if only the context limits it. Default: `None`.
    pub max_output_tokens: Option<u64>,
}

impl Model {
    /// Creates a model with this id, for text, of unknown price.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            default_temperature: 1.0,
            default_top_p: 1.0,
            input_modalities: vec!["text".to_owned()],
            output_modalities: vec!["text".to_owned()],
            tokenizer: "Other".to_owned(),
            ..Self::default()
        }
    }

    /// Returns `true` if `name` is the id or an alias of this model, ignoring ASCII case.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name)
            || self
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    }
}
