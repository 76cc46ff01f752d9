//! What single services add to a response, beside the specification.

use std::collections::BTreeMap;

use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Who pays for a response. OpenAI sends it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Billing {
    /// Who pays, such as `developer`.
    pub payer: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What each built-in tool took. OpenAI sends it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolUsage {
    /// What making images took.
    pub image_gen: Option<ImageToolUsage>,
    /// What searching the web took.
    pub web_search: Option<SearchToolUsage>,
    /// What searching files took.
    pub file_search: Option<SearchToolUsage>,
    /// What running code took.
    pub code_interpreter: Option<SearchToolUsage>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What making images took.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageToolUsage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Of those, how many were of which kind.
    pub input_tokens_details: Option<ImageTokens>,
    /// Tokens written.
    pub output_tokens: u64,
    /// Of those, how many were of which kind.
    pub output_tokens_details: Option<ImageTokens>,
    /// Both together.
    pub total_tokens: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How many tokens were of which kind.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageTokens {
    /// Tokens of images.
    pub image_tokens: u64,
    /// Tokens of text.
    pub text_tokens: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How often a tool was used.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SearchToolUsage {
    /// The number of requests.
    pub num_requests: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What the provider's moderation saw. OpenAI sends it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Moderation {
    /// In the input.
    pub input: Option<ModerationOutcome>,
    /// In the output.
    pub output: Option<ModerationOutcome>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What moderation said about one side.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ModerationOutcome {
    /// A result.
    #[wire("moderation_result")]
    Result(Box<ModerationResult>),
    /// No result.
    #[wire("error")]
    Error(ModerationFailure),
    /// An outcome that this version does not know.
    Unknown(Unknown),
}

/// What moderation saw.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationResult {
    /// The model that judged.
    pub model: Option<String>,
    /// Whether any category applies.
    pub flagged: bool,
    /// Whether each category applies.
    pub categories: BTreeMap<String, bool>,
    /// How likely each category applies, 0 to 1.
    pub category_scores: BTreeMap<String, f64>,
    /// The kinds of input (`text`, `image`) that each category was judged on.
    pub category_applied_input_types: BTreeMap<String, Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Why moderation said nothing.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationFailure {
    /// The failure's name.
    pub code: Option<String>,
    /// What went wrong, in words.
    pub message: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What the content filter saw in one stretch of the input or output. Azure sends it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContentFilter {
    /// Whether the stretch was held back.
    pub blocked: bool,
    /// Which side it is of.
    pub source_type: Option<ContentFilterSource>,
    /// What each filter saw, by its name: `hate`, `jailbreak`, ...
    pub content_filter_results: BTreeMap<String, ContentFilterResult>,
    /// The same in the filters' own form.
    pub content_filter_raw: Option<Vec<Raw>>,
    /// Where the stretch is.
    pub content_filter_offsets: Option<ContentFilterOffsets>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Which side a content filter looked at.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContentFilterSource {
    /// The input.
    Prompt,
    /// The output.
    Completion,
    /// A side that this version does not know.
    Unknown(UnknownValue),
}

/// What one content filter saw.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContentFilterResult {
    /// Whether it held something back.
    pub filtered: Option<bool>,
    /// Whether it found what it looks for.
    pub detected: Option<bool>,
    /// How bad it is.
    pub severity: Option<ContentFilterSeverity>,
    /// The caller's own block lists, each with what it found.
    pub details: Option<Vec<BlocklistResult>>,
    /// Where protected material is from.
    pub citation: Option<MaterialCitation>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What one block list of the caller's found.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct BlocklistResult {
    /// The list.
    pub id: Option<String>,
    /// Whether it held something back.
    pub filtered: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Where protected material is from.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaterialCitation {
    /// Its address.
    #[wire(rename = "URL")]
    pub url: Option<String>,
    /// The licence that it is under.
    pub license: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How bad something is.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContentFilterSeverity {
    /// Not at all.
    Safe,
    /// A little.
    Low,
    /// Rather.
    Medium,
    /// Very.
    High,
    /// A word that this version does not know.
    Unknown(UnknownValue),
}

/// Where a stretch is that a content filter looked at, in characters.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContentFilterOffsets {
    /// Its start.
    pub start_offset: i64,
    /// Its end, exclusive.
    pub end_offset: i64,
    /// How far the filter has looked.
    pub check_offset: i64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a response cost on GitHub Copilot.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CopilotUsage {
    /// The cost in billionths of an AI unit.
    pub total_nano_aiu: u64,
    /// How it comes about.
    pub token_details: Option<Vec<CopilotTokens>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What one kind of token cost on GitHub Copilot.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CopilotTokens {
    /// The kind: `input`, `cache_read`, `output`.
    pub token_type: Option<String>,
    /// How many there were.
    pub token_count: u64,
    /// How many make a batch.
    pub batch_size: u64,
    /// What a batch costs, in billionths of an AI unit.
    pub cost_per_batch: u64,
    /// Members that no field takes.
    pub extra: Extra,
}
