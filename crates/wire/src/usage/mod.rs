//! [`Usage`]: tokens and cost of a response.
//!
//! `sum.rs` adds the usage of several responses.

mod sum;

use crate::{Extra, Wire};

/// Tokens and cost of a response.
///
/// Use it to account for a finished response. Amounts of money are in US dollars unless a field
/// says otherwise. Fields after `server_tool_use_details` are not in the specification; single
/// services add them.
///
/// ```
/// use orouter_wire::Usage;
///
/// let usage: Usage = orouter_wire::from_str(
///     r#"{"input_tokens":40,"input_tokens_details":{"cached_tokens":32},
///         "output_tokens":10,"total_tokens":50,"cost":0.0004}"#,
/// )
/// .unwrap();
/// assert_eq!(usage.total_tokens, 50);
/// assert_eq!(usage.cached_tokens(), 32);
/// assert_eq!(usage.cost, Some(0.0004));
/// ```
///
/// # Sums
///
/// `+`, `+=` and `sum()` add the usage of several responses, in their order:
///
/// - Numbers of tokens, calls and sources, and amounts of money add; integers saturate. A number that
///   one response lacks counts as 0, and is `None` if all lack it.
/// - Numbers of single turns (`.._per_turn`) follow each other in one list.
/// - `is_byok` is `true` if it is for any response.
/// - `context_details` is that of the last response that has it, since a context is not a sum.
/// - In `extra`, numbers add, also inside objects. Of other values the last one is kept.
///
/// ```
/// use orouter_wire::Usage;
///
/// let steps = [Usage::new(100, 20).cost(0.25), Usage::new(150, 30).cost(0.5)];
/// let usage: Usage = steps.iter().sum();
/// assert_eq!(usage.total_tokens, 300);
/// assert_eq!(usage.cost, Some(0.75));
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct Usage {
    /// Number of input tokens: prompt, tools and history.
    pub input_tokens: u64,
    /// Breakdown of the input tokens.
    pub input_tokens_details: Option<InputTokensDetails>,
    /// Number of output tokens, including reasoning tokens.
    pub output_tokens: u64,
    /// Breakdown of the output tokens.
    pub output_tokens_details: Option<OutputTokensDetails>,
    /// Sum of input and output tokens.
    pub total_tokens: u64,
    /// Amount charged to the caller.
    pub cost: Option<f64>,
    /// Breakdown of the cost.
    pub cost_details: Option<CostDetails>,
    /// `true` if the provider was paid through the caller's own key.
    pub is_byok: Option<bool>,
    /// Numbers of server tool calls.
    pub server_tool_use_details: Option<ServerToolUseDetails>,
    /// Another name of `server_tool_use_details`, which OpenRouter's guides describe. Not in the
    /// specification of `/responses`.
    pub server_tool_use: Option<ServerToolUseDetails>,
    /// Size of the context at the end of the response. Sent by xAI.
    pub context_details: Option<ContextDetails>,
    /// Cost in units of 10⁻¹⁰ US dollars. Sent by xAI.
    pub cost_in_usd_ticks: Option<u64>,
    /// Number of sources that searches used. Sent by xAI.
    pub num_sources_used: Option<u64>,
    /// Number of server tool calls. Sent by xAI.
    pub num_server_side_tools_used: Option<u64>,
    /// Numbers of calls of each of xAI's server tools.
    pub server_side_tool_usage_details: Option<Box<XaiToolUsage>>,
    /// Data that Pydantic's gateway adds.
    pub pydantic_ai_gateway: Option<PydanticGatewayUsage>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl Usage {
    /// Creates usage with these numbers of tokens; the total is their sum.
    pub fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            total_tokens: input_tokens.saturating_add(output_tokens),
            ..Self::default()
        }
    }

    /// Sets the amount charged to the caller, in US dollars.
    #[must_use]
    pub fn cost(mut self, cost: f64) -> Self {
        self.cost = Some(cost);
        self
    }

    /// Returns the number of input tokens read from the provider's cache, or 0 if it is not known.
    pub fn cached_tokens(&self) -> u64 {
        self.input_tokens_details
            .as_ref()
            .map_or(0, |details| details.cached_tokens)
    }

    /// Returns the number of reasoning tokens, or 0 if it is not known.
    pub fn reasoning_tokens(&self) -> u64 {
        self.output_tokens_details
            .as_ref()
            .map_or(0, |details| details.reasoning_tokens)
    }
}

/// Breakdown of the input tokens.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct InputTokensDetails {
    /// Number of tokens read from the provider's cache.
    pub cached_tokens: u64,
    /// Number of tokens written to the provider's cache.
    pub cache_write_tokens: Option<u64>,
    /// Breakdown of `cache_write_tokens` by lifetime. Sent by OpenAI.
    pub cache_write_tokens_details: Option<CacheWriteTokens>,
    /// Number of audio tokens. Not in the specification.
    pub audio_tokens: Option<u64>,
    /// Number of image tokens. Not in the specification.
    pub image_tokens: Option<u64>,
    /// Number of text tokens. Not in the specification.
    pub text_tokens: Option<u64>,
    /// Number of video tokens. Not in the specification.
    pub video_tokens: Option<u64>,
    /// Number of input tokens in each turn of the server's tool loop. Sent by vLLM.
    pub input_tokens_per_turn: Option<Vec<u64>>,
    /// Number of cached tokens in each turn of the server's tool loop. Sent by vLLM.
    pub cached_tokens_per_turn: Option<Vec<u64>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputTokensDetails {
    /// Creates details with this number of cached tokens.
    pub fn cached(cached_tokens: u64) -> Self {
        Self {
            cached_tokens,
            ..Self::default()
        }
    }
}

/// Breakdown of the tokens written to the provider's cache, by lifetime.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CacheWriteTokens {
    /// Number of tokens that are kept for at least 30 minutes.
    pub ttl_30m_tokens: u64,
    /// Number of tokens that are kept for at least 12 hours.
    pub ttl_12h_tokens: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Breakdown of the output tokens.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct OutputTokensDetails {
    /// Number of reasoning tokens.
    pub reasoning_tokens: u64,
    /// Number of audio tokens. Not in the specification.
    pub audio_tokens: Option<u64>,
    /// Number of image tokens. Not in the specification.
    pub image_tokens: Option<u64>,
    /// Number of text tokens. Not in the specification.
    pub text_tokens: Option<u64>,
    /// Number of predicted tokens that occur in the output. Not in the specification.
    pub accepted_prediction_tokens: Option<u64>,
    /// Number of predicted tokens that do not occur in the output. Not in the specification.
    pub rejected_prediction_tokens: Option<u64>,
    /// Number of tokens in tool outputs. Sent by vLLM.
    pub tool_output_tokens: Option<u64>,
    /// Number of output tokens in each turn of the server's tool loop. Sent by vLLM.
    pub output_tokens_per_turn: Option<Vec<u64>>,
    /// Number of tokens in tool outputs in each turn of the server's tool loop. Sent by vLLM.
    pub tool_output_tokens_per_turn: Option<Vec<u64>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl OutputTokensDetails {
    /// Creates details with this number of reasoning tokens.
    pub fn reasoning(reasoning_tokens: u64) -> Self {
        Self {
            reasoning_tokens,
            ..Self::default()
        }
    }
}

/// Breakdown of a cost, in US dollars.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct CostDetails {
    /// Total that the provider charged.
    pub upstream_inference_cost: Option<f64>,
    /// Amount that the provider charged for the input.
    pub upstream_inference_input_cost: Option<f64>,
    /// Amount that the provider charged for the output.
    pub upstream_inference_output_cost: Option<f64>,
    /// Cost of metered server tools; `None` if none ran.
    pub server_tool_cost: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Numbers of server tool calls.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ServerToolUseDetails {
    /// Number of calls that were executed.
    pub tool_calls_executed: Option<u64>,
    /// Number of calls that the model requested. Tools of the provider are not counted.
    pub tool_calls_requested: Option<u64>,
    /// Number of web searches. A search may also be counted in `tool_calls_requested`; do not add
    /// the two.
    pub web_search_requests: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Size of the context at the end of a response, in tokens.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContextDetails {
    /// Number of input tokens in the context.
    pub input_tokens: Option<u64>,
    /// Number of output tokens in the context.
    pub output_tokens: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Data that Pydantic's gateway adds to the usage.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PydanticGatewayUsage {
    /// Estimated cost of the response in US dollars.
    pub cost_estimate: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Numbers of calls of each of xAI's server tools.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct XaiToolUsage {
    /// Number of code interpreter calls.
    pub code_interpreter_calls: Option<u64>,
    /// Number of document searches.
    pub document_search_calls: Option<u64>,
    /// Number of file searches.
    pub file_search_calls: Option<u64>,
    /// Number of image generations.
    pub image_generation_calls: Option<u64>,
    /// Number of MCP tool calls.
    pub mcp_calls: Option<u64>,
    /// Number of web searches.
    pub web_search_calls: Option<u64>,
    /// Number of searches on X.
    pub x_search_calls: Option<u64>,
    /// Number of opened pages.
    pub browse_page_calls: Option<u64>,
    /// Number of viewed images.
    pub view_image_calls: Option<u64>,
    /// Number of viewed videos.
    pub view_x_video_calls: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}
