//! `[[models]]` and `[[models.endpoints]]`.

use orouter_wire::ReasoningEffort;

use crate::provider::Price;

/// `[[models]]`, or an entry of an imported catalog.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ModelConfig {
    /// The name that requests use: `openai/gpt-4o`.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// Time of publication, in seconds since 1970.
    pub created: Option<u64>,
    /// Family of models, for `~author/family-latest`.
    pub family: Option<String>,
    /// Maximum number of tokens of prompt and output together.
    pub context_length: Option<u64>,
    /// Values of `reasoning.effort` that the model supports; `None` if they are not known.
    pub supported_efforts: Option<Vec<ReasoningEffort>>,
    /// Id of the model that the entry means, in an imported entry such as `~author/family-latest`.
    pub alias_target: Option<String>,
    /// Maximum number of output tokens, in an imported entry.
    pub max_output_tokens: Option<u64>,
    /// Prices, in an imported entry.
    pub price: Option<Price>,
    /// Kinds of input, in an imported entry.
    pub input_modalities: Option<Vec<String>>,
    /// Kinds of output, in an imported entry.
    pub output_modalities: Option<Vec<String>>,
    /// Request parameters, in an imported entry.
    pub supported_parameters: Option<Vec<String>>,
    /// Tokenizer, in an imported entry.
    pub tokenizer: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// `[[models.endpoints]]`.
    pub endpoints: Vec<EndpointConfig>,
}

impl ModelConfig {
    /// Creates a model without endpoints.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }
}

/// `[[models.endpoints]]`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// Name of the provider.
    pub provider: String,
    /// The upstream's name of the model. `None`: the model's id without its author.
    pub model: Option<String>,
    /// Prices; `None` if they are not known.
    pub price: Option<Price>,
    /// Maximum number of concurrent requests; `None` if it is not limited.
    pub max_concurrent: Option<usize>,
    /// Maximum number of output tokens.
    pub max_output_tokens: Option<u64>,
    /// Quantization of the weights: `fp16`.
    pub quantization: Option<String>,
    /// `true` for `data_collection = "allow"`, `false` for `"deny"`.
    pub data_collection: Option<bool>,
    /// `true` if the provider retains no data.
    pub zdr: Option<bool>,
    /// `true` if the text may be used to train other models.
    pub distillable: Option<bool>,
    /// Region: `us-east5`.
    pub region: Option<String>,
    /// Service tier: `default`, `priority`, `flex`. `None`: `default`.
    pub tier: Option<String>,
    /// `true` if the configuration does not list the endpoint, so that the upstream decides about
    /// service tiers.
    pub(crate) any_tier: bool,
    /// Request parameters that the endpoint supports.
    pub supported_parameters: Option<Vec<String>>,
    /// Kinds of input that the endpoint reads.
    pub input_modalities: Option<Vec<String>>,
}

impl EndpointConfig {
    /// Creates an endpoint at this provider.
    #[must_use]
    pub fn new(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            ..Self::default()
        }
    }

    /// Returns the full slug: `provider[/region][/tier]`. It is unique within a model.
    #[must_use]
    pub fn slug(&self) -> String {
        let tier = self.tier.as_deref().filter(|tier| *tier != "default");
        let parts = [Some(self.provider.as_str()), self.region.as_deref(), tier];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.join("/")
    }
}
