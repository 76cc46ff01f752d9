//! Members that single services add to a response beyond the specification.

use std::collections::BTreeMap;

use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Payer of a response. Sent by OpenAI.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Billing {
    /// Payer, such as `developer`.
    pub payer: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Usage of each built-in tool. Sent by OpenAI.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolUsage {
    /// Usage of image generation.
    pub image_gen: Option<ImageToolUsage>,
    /// Usage of web search.
    pub web_search: Option<SearchToolUsage>,
    /// Usage of file search.
    pub file_search: Option<SearchToolUsage>,
    /// Usage of the code interpreter.
    pub code_interpreter: Option<SearchToolUsage>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Tokens of image generation.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageToolUsage {
    /// Number of input tokens.
    pub input_tokens: u64,
    /// Breakdown of the input tokens.
    pub input_tokens_details: Option<ImageTokens>,
    /// Number of input tokens read from the cache; `None` if it is not known.
    pub cached_tokens: Option<u64>,
    /// Breakdown of the tokens read from the cache.
    pub cached_tokens_details: Option<CachedImageTokens>,
    /// Number of output tokens.
    pub output_tokens: u64,
    /// Breakdown of the output tokens.
    pub output_tokens_details: Option<ImageTokens>,
    /// Sum of input and output tokens.
    pub total_tokens: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Breakdown of tokens by kind.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageTokens {
    /// Number of image tokens.
    pub image_tokens: u64,
    /// Number of text tokens.
    pub text_tokens: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Breakdown of tokens read from the cache, by kind.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CachedImageTokens {
    /// Number of image tokens.
    pub cached_image_tokens: u64,
    /// Number of text tokens.
    pub cached_text_tokens: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Number of requests to a tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SearchToolUsage {
    /// Number of requests.
    pub num_requests: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Result of the provider's moderation. Sent by OpenAI.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Moderation {
    /// Result for the input.
    pub input: Option<ModerationOutcome>,
    /// Result for the output.
    pub output: Option<ModerationOutcome>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Moderation result for the input or the output.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ModerationOutcome {
    /// Moderation succeeded.
    #[wire("moderation_result")]
    Result(Box<ModerationResult>),
    /// Moderation failed.
    #[wire("error")]
    Error(ModerationFailure),
    /// An outcome unknown to this version.
    Unknown(Unknown),
}

/// Moderation result.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationResult {
    /// Model that moderated.
    pub model: Option<String>,
    /// `true` if at least one category applies.
    pub flagged: bool,
    /// Categories, with `true` for those that apply.
    pub categories: BTreeMap<String, bool>,
    /// Score of each category, 0 to 1.
    pub category_scores: BTreeMap<String, f64>,
    /// Kinds of input (`text`, `image`) that each category was checked for.
    pub category_applied_input_types: BTreeMap<String, Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Failure of moderation.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationFailure {
    /// Code of the failure.
    pub code: Option<String>,
    /// Description of the failure as text.
    pub message: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Result of the content filters for one range of the input or output. Sent by Azure.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContentFilter {
    /// `true` if the range was blocked.
    pub blocked: bool,
    /// Side that the range belongs to.
    pub source_type: Option<ContentFilterSource>,
    /// Result of each filter, by its name: `hate`, `jailbreak` and others.
    pub content_filter_results: BTreeMap<String, ContentFilterResult>,
    /// Results in the filters' own format.
    pub content_filter_raw: Option<Vec<Raw>>,
    /// Position of the range.
    pub content_filter_offsets: Option<ContentFilterOffsets>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Side that a content filter checked.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContentFilterSource {
    /// Input.
    Prompt,
    /// Output.
    Completion,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Result of one content filter.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContentFilterResult {
    /// `true` if the filter blocked content.
    pub filtered: Option<bool>,
    /// `true` if the filter detected its kind of content.
    pub detected: Option<bool>,
    /// Severity of the content.
    pub severity: Option<ContentFilterSeverity>,
    /// Results of the caller's block lists.
    pub details: Option<Vec<BlocklistResult>>,
    /// Source of protected material.
    pub citation: Option<MaterialCitation>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Result of one of the caller's block lists.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct BlocklistResult {
    /// Id of the block list.
    pub id: Option<String>,
    /// `true` if the block list blocked content.
    pub filtered: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Source of protected material.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaterialCitation {
    /// URL of the source.
    #[wire(rename = "URL")]
    pub url: Option<String>,
    /// Licence of the source.
    pub license: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Severity of flagged content.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContentFilterSeverity {
    /// Safe.
    Safe,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Position of a range that a content filter checked, in characters.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContentFilterOffsets {
    /// First character of the range.
    pub start_offset: i64,
    /// End of the range, exclusive.
    pub end_offset: i64,
    /// Offset up to which the filter has checked.
    pub check_offset: i64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Cost of a response on GitHub Copilot.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CopilotUsage {
    /// Total cost in billionths of an AI unit.
    pub total_nano_aiu: u64,
    /// Breakdown of the cost by kind of token.
    pub token_details: Option<Vec<CopilotTokens>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Cost of one kind of token on GitHub Copilot.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CopilotTokens {
    /// Kind of token: `input`, `cache_read` or `output`.
    pub token_type: Option<String>,
    /// Number of tokens.
    pub token_count: u64,
    /// Number of tokens in a batch.
    pub batch_size: u64,
    /// Cost per batch in billionths of an AI unit.
    pub cost_per_batch: u64,
    /// Members without a typed field.
    pub extra: Extra,
}
