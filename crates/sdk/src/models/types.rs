//! The types of `GET /models`.
//!
//! As in the wire's types, absent members have their default and unknown members are kept in `extra`.
//! Prices are decimal text, as sent, so that they are not rounded.

use orouter_wire::{Extra, Wire};

/// A list of models, or one page of it.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ModelList {
    /// The models.
    pub data: Vec<Model>,
    /// Number of models on all pages.
    #[wire(optional)]
    pub total_count: u64,
    /// Links to other pages.
    pub links: Option<PageLinks>,
    /// Other members.
    pub extra: Extra,
}

impl IntoIterator for ModelList {
    type Item = Model;
    type IntoIter = std::vec::IntoIter<Model>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.into_iter()
    }
}

impl<'a> IntoIterator for &'a ModelList {
    type Item = &'a Model;
    type IntoIter = std::slice::Iter<'a, Model>;

    fn into_iter(self) -> Self::IntoIter {
        self.data.iter()
    }
}

/// Links from a page of a list to other pages.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PageLinks {
    /// URL of the next page; `None` on the last page.
    #[wire(nullable)]
    pub next: Option<String>,
    /// Other members.
    pub extra: Extra,
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Model {
    /// Name of the model in requests, such as `openai/gpt-4o`.
    pub id: String,
    /// Permanent name of this version. `id` may name a newer version later.
    pub canonical_slug: String,
    /// Display name.
    pub name: String,
    /// Time when the model was added, in seconds since 1970.
    pub created: i64,
    /// Description for people.
    pub description: Option<String>,
    /// Maximum number of input and output tokens together.
    #[wire(nullable)]
    pub context_length: Option<u64>,
    /// Input and output modalities, tokenizer and prompt format.
    pub architecture: Architecture,
    /// Prices.
    pub pricing: Pricing,
    /// Limits of the provider that is tried first.
    pub top_provider: TopProvider,
    /// Limits on one request.
    #[wire(nullable)]
    pub per_request_limits: Option<PerRequestLimits>,
    /// Request parameters that the model supports, such as `temperature` and `tools`.
    pub supported_parameters: Vec<String>,
    /// Default values of request parameters.
    #[wire(nullable)]
    pub default_parameters: Option<DefaultParameters>,
    /// Voices for audio output.
    #[wire(nullable)]
    pub supported_voices: Option<Vec<String>>,
    /// Reasoning settings; `None` if the model does not reason.
    pub reasoning: Option<ModelReasoning>,
    /// Knowledge cutoff, `YYYY-MM-DD`.
    pub knowledge_cutoff: Option<String>,
    /// Earliest date of removal, `YYYY-MM-DD`.
    pub expiration_date: Option<String>,
    /// Name on Hugging Face.
    pub hugging_face_id: Option<String>,
    /// The model that this name currently stands for, if it is an alias.
    pub alias_target: Option<AliasTarget>,
    /// Results in public benchmarks.
    pub benchmarks: Option<Benchmarks>,
    /// Paths of related resources.
    pub links: Option<ModelLinks>,
    /// Other members.
    pub extra: Extra,
}

/// Modalities, tokenizer and prompt format of a model.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Architecture {
    /// Input and output modalities in one string, such as `text+image->text`.
    #[wire(nullable)]
    pub modality: Option<String>,
    /// Input modalities: `text`, `image`, `file`, `audio`, `video`.
    pub input_modalities: Vec<String>,
    /// Output modalities: `text`, `image`, `audio`, `embeddings`, ...
    pub output_modalities: Vec<String>,
    /// Family of the tokenizer, such as `GPT`.
    pub tokenizer: Option<String>,
    /// Prompt format, such as `chatml`.
    pub instruct_type: Option<String>,
    /// Other members.
    pub extra: Extra,
}

/// Prices in US dollars, as decimal text.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Pricing {
    /// Per input token.
    pub prompt: String,
    /// Per output token.
    pub completion: String,
    /// Per request.
    pub request: Option<String>,
    /// Per input image.
    pub image: Option<String>,
    /// Per image token.
    pub image_token: Option<String>,
    /// Per output image.
    pub image_output: Option<String>,
    /// Per audio input token.
    pub audio: Option<String>,
    /// Per audio output token.
    pub audio_output: Option<String>,
    /// Per cached audio input token.
    pub input_audio_cache: Option<String>,
    /// Per input token read from a cache.
    pub input_cache_read: Option<String>,
    /// Per input token written to a cache, for the shortest lifetime on offer.
    pub input_cache_write: Option<String>,
    /// Per input token written to a cache for one hour.
    pub input_cache_write_1h: Option<String>,
    /// Per reasoning token.
    pub internal_reasoning: Option<String>,
    /// Per web search.
    pub web_search: Option<String>,
    /// Discount, from 0 (none) to 1 (free).
    pub discount: Option<f64>,
    /// Prices that apply under conditions. A later entry overrides earlier ones; a price that it leaves out
    /// does not change.
    pub overrides: Option<Vec<PricingOverride>>,
    /// Other members.
    pub extra: Extra,
}

/// Prices that apply if all conditions are met.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PricingOverride {
    /// Condition: the request has more input tokens than this.
    pub min_prompt_tokens: Option<f64>,
    /// Condition: the day (UTC) is one of these: `monday`, ...
    pub utc_days: Option<Vec<String>>,
    /// Per input token.
    pub prompt: Option<String>,
    /// Per output token.
    pub completion: Option<String>,
    /// Per audio input token.
    pub audio: Option<String>,
    /// Per cached audio input token.
    pub input_audio_cache: Option<String>,
    /// Per input token read from a cache.
    pub input_cache_read: Option<String>,
    /// Per input token written to a cache.
    pub input_cache_write: Option<String>,
    /// Per input token written to a cache for one hour.
    pub input_cache_write_1h: Option<String>,
    /// Other members, such as a condition on the time of day.
    pub extra: Extra,
}

/// Limits of the provider that is tried first.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct TopProvider {
    /// Maximum number of input and output tokens together.
    pub context_length: Option<u64>,
    /// Maximum number of output tokens.
    pub max_completion_tokens: Option<u64>,
    /// True if content is moderated.
    pub is_moderated: bool,
    /// Other members.
    pub extra: Extra,
}

/// Limits on one request, in tokens.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PerRequestLimits {
    /// Maximum number of input tokens.
    pub prompt_tokens: f64,
    /// Maximum number of output tokens.
    pub completion_tokens: f64,
    /// Other members.
    pub extra: Extra,
}

/// Default values of request parameters.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct DefaultParameters {
    /// Sampling temperature, from 0 (always the most likely token) to 2.
    pub temperature: Option<f64>,
    /// Probability mass of the tokens that are considered, from 0 to 1.
    pub top_p: Option<f64>,
    /// Number of tokens that are considered; 0 means all.
    pub top_k: Option<i64>,
    /// Penalty for frequent tokens, from -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// Penalty for tokens that occurred, from -2 to 2.
    pub presence_penalty: Option<f64>,
    /// Penalty for repeated tokens, from 0 to 2.
    pub repetition_penalty: Option<f64>,
    /// Other members.
    pub extra: Extra,
}

/// Reasoning settings of a model.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ModelReasoning {
    /// True if reasoning cannot be switched off.
    pub mandatory: bool,
    /// True if reasoning is on by default.
    pub default_enabled: Option<bool>,
    /// Default effort.
    pub default_effort: Option<String>,
    /// Supported efforts, the highest first; `None` means all.
    pub supported_efforts: Option<Vec<String>>,
    /// True if a request can limit the reasoning tokens.
    pub supports_max_tokens: Option<bool>,
    /// Other members.
    pub extra: Extra,
}

/// The model that an alias stands for.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct AliasTarget {
    /// Name of the model in requests.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Other members.
    pub extra: Extra,
}

/// Results of a model in public benchmarks.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Benchmarks {
    /// Indices of Artificial Analysis.
    pub artificial_analysis: Option<ArtificialAnalysis>,
    /// Ranks in Design Arena, by arena and category.
    pub design_arena: Vec<DesignArena>,
    /// Other members.
    pub extra: Extra,
}

/// Indices of Artificial Analysis.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ArtificialAnalysis {
    /// Overall index.
    #[wire(nullable)]
    pub intelligence_index: Option<f64>,
    /// Index for coding.
    #[wire(nullable)]
    pub coding_index: Option<f64>,
    /// Index for agentic tasks.
    #[wire(nullable)]
    pub agentic_index: Option<f64>,
    /// Other members.
    pub extra: Extra,
}

/// A rank in Design Arena.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct DesignArena {
    /// The arena, such as `models`.
    pub arena: String,
    /// The category in the arena, such as `website`.
    pub category: String,
    /// Elo rating.
    pub elo: f64,
    /// Rank; 1 is the best.
    pub rank: u64,
    /// Share of games won, in percent.
    pub win_rate: f64,
    /// Other members.
    pub extra: Extra,
}

/// Paths of related resources.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ModelLinks {
    /// Path of the list of the model's endpoints.
    pub details: String,
    /// Other members.
    pub extra: Extra,
}
