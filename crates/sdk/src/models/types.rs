//! A model, as `GET /models` describes it.
//!
//! Like everything from the wire: what is absent takes its default, what is unknown is kept in
//! `extra`, and prices are decimal text as they come, so that none is rounded.

use orouter_wire::{Extra, Wire};

/// A list of models: the whole, or one page of it.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ModelList {
    /// The models.
    pub data: Vec<Model>,
    /// How many there are on all pages.
    #[wire(optional)]
    pub total_count: u64,
    /// Where the next page is.
    pub links: Option<PageLinks>,
    /// Everything else.
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

/// Links from one page to others.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PageLinks {
    /// The next page; `None` on the last.
    #[wire(nullable)]
    pub next: Option<String>,
    /// Everything else.
    pub extra: Extra,
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Model {
    /// What a request names it by, such as `openai/gpt-4o`.
    pub id: String,
    /// The name that stays when `id` comes to mean another version.
    pub canonical_slug: String,
    /// A name for people.
    pub name: String,
    /// When it was added, in seconds since 1970.
    pub created: i64,
    /// What it is, in prose.
    pub description: Option<String>,
    /// The most tokens that input and output may have together.
    #[wire(nullable)]
    pub context_length: Option<u64>,
    /// What goes in and comes out.
    pub architecture: Architecture,
    /// What it costs.
    pub pricing: Pricing,
    /// What the first provider in line allows.
    pub top_provider: TopProvider,
    /// Limits on one request.
    #[wire(nullable)]
    pub per_request_limits: Option<PerRequestLimits>,
    /// The request's parameters that it takes, such as `temperature` and `tools`.
    pub supported_parameters: Vec<String>,
    /// What holds for parameters that a request leaves out.
    #[wire(nullable)]
    pub default_parameters: Option<DefaultParameters>,
    /// The voices of a model that speaks.
    #[wire(nullable)]
    pub supported_voices: Option<Vec<String>>,
    /// How it reasons, if it does.
    pub reasoning: Option<ModelReasoning>,
    /// Until when its knowledge goes: `YYYY-MM-DD`.
    pub knowledge_cutoff: Option<String>,
    /// When it may be removed: `YYYY-MM-DD`.
    pub expiration_date: Option<String>,
    /// Its name on Hugging Face.
    pub hugging_face_id: Option<String>,
    /// Which model this name stands for at the moment, if it is an alias.
    pub alias_target: Option<AliasTarget>,
    /// How it does in others' benchmarks.
    pub benchmarks: Option<Benchmarks>,
    /// Related calls.
    pub links: Option<ModelLinks>,
    /// Everything else.
    pub extra: Extra,
}

/// What goes into a model and comes out of it.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Architecture {
    /// Both in one word, such as `text+image->text`.
    #[wire(nullable)]
    pub modality: Option<String>,
    /// What it reads: `text`, `image`, `file`, `audio`, `video`.
    pub input_modalities: Vec<String>,
    /// What it makes: `text`, `image`, `audio`, `embeddings`, ...
    pub output_modalities: Vec<String>,
    /// The family of its tokenizer, such as `GPT`.
    pub tokenizer: Option<String>,
    /// The format of its instructions, such as `chatml`.
    pub instruct_type: Option<String>,
    /// Everything else.
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
    /// Per input token written to a cache, for the shortest time that is sold.
    pub input_cache_write: Option<String>,
    /// Per input token written to a cache for an hour.
    pub input_cache_write_1h: Option<String>,
    /// Per reasoning token.
    pub internal_reasoning: Option<String>,
    /// Per web search.
    pub web_search: Option<String>,
    /// What is taken off, from 0 (nothing) to 1 (all of it).
    pub discount: Option<f64>,
    /// Other prices under conditions. Later ones win; what they leave out stays.
    pub overrides: Option<Vec<PricingOverride>>,
    /// Everything else.
    pub extra: Extra,
}

/// Prices that hold when all conditions do.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PricingOverride {
    /// Holds for requests with more input tokens than this.
    pub min_prompt_tokens: Option<f64>,
    /// Holds on these days: `monday`, ...
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
    /// Per input token written to a cache for an hour.
    pub input_cache_write_1h: Option<String>,
    /// Everything else, such as the window of time.
    pub extra: Extra,
}

/// What the first provider in line allows.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct TopProvider {
    /// The most tokens that input and output may have together.
    pub context_length: Option<u64>,
    /// The most tokens that the output may have.
    pub max_completion_tokens: Option<u64>,
    /// Whether content is moderated.
    pub is_moderated: bool,
    /// Everything else.
    pub extra: Extra,
}

/// Limits on one request, in tokens.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PerRequestLimits {
    /// The most input tokens.
    pub prompt_tokens: f64,
    /// The most output tokens.
    pub completion_tokens: f64,
    /// Everything else.
    pub extra: Extra,
}

/// What holds for parameters that a request leaves out.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct DefaultParameters {
    /// From 0, always the likeliest, to 2.
    pub temperature: Option<f64>,
    /// From 0 to 1.
    pub top_p: Option<f64>,
    /// How many tokens are considered; 0 is all.
    pub top_k: Option<i64>,
    /// From -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// From -2 to 2.
    pub presence_penalty: Option<f64>,
    /// From 0 to 2.
    pub repetition_penalty: Option<f64>,
    /// Everything else.
    pub extra: Extra,
}

/// How a model reasons.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ModelReasoning {
    /// Whether it cannot be switched off.
    pub mandatory: bool,
    /// Whether it is on unless a request says otherwise.
    pub default_enabled: Option<bool>,
    /// How much of it there is unless a request says otherwise.
    pub default_effort: Option<String>,
    /// The efforts that may be asked for, the highest first; `None` is all.
    pub supported_efforts: Option<Vec<String>>,
    /// Whether it can be limited in tokens.
    pub supports_max_tokens: Option<bool>,
    /// Everything else.
    pub extra: Extra,
}

/// Which model an alias stands for.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct AliasTarget {
    /// Its id.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Everything else.
    pub extra: Extra,
}

/// How a model does in others' benchmarks.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Benchmarks {
    /// Indices of Artificial Analysis.
    pub artificial_analysis: Option<ArtificialAnalysis>,
    /// Ranks in Design Arena, by arena and category.
    pub design_arena: Vec<DesignArena>,
    /// Everything else.
    pub extra: Extra,
}

/// Indices of Artificial Analysis.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ArtificialAnalysis {
    /// Overall.
    #[wire(nullable)]
    pub intelligence_index: Option<f64>,
    /// At coding.
    #[wire(nullable)]
    pub coding_index: Option<f64>,
    /// At acting on its own.
    #[wire(nullable)]
    pub agentic_index: Option<f64>,
    /// Everything else.
    pub extra: Extra,
}

/// A rank in Design Arena.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct DesignArena {
    /// The arena, such as `models`.
    pub arena: String,
    /// The category in it, such as `website`.
    pub category: String,
    /// The rating.
    pub elo: f64,
    /// The rank, 1 being the best.
    pub rank: u64,
    /// Games won, in percent.
    pub win_rate: f64,
    /// Everything else.
    pub extra: Extra,
}

/// Related calls.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ModelLinks {
    /// The path to its endpoints.
    pub details: String,
    /// Everything else.
    pub extra: Extra,
}
