//! [`Usage`]: what a response took, in tokens and in money.

use crate::{Extra, Wire};

/// What a response took. Money is in US dollars where nothing else is said.
///
/// Stands for `Usage` and `OpenAIResponsesUsage`; the members after `server_tool_use_details`
/// are what services add.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens read: the prompt, with tools and history.
    pub input_tokens: u64,
    /// Of those, how many were special.
    pub input_tokens_details: Option<InputTokensDetails>,
    /// Tokens written, reasoning included.
    pub output_tokens: u64,
    /// Of those, how many were special.
    pub output_tokens_details: Option<OutputTokensDetails>,
    /// Both together.
    pub total_tokens: u64,
    /// What the caller is charged.
    pub cost: Option<f64>,
    /// How that cost comes about.
    pub cost_details: Option<CostDetails>,
    /// Whether the provider was paid with the caller's own key.
    pub is_byok: Option<bool>,
    /// How often server tools were used.
    pub server_tool_use_details: Option<ServerToolUseDetails>,
    /// The size of the context at the end. xAI sends it.
    pub context_details: Option<ContextDetails>,
    /// The cost in ticks of 10⁻¹⁰ US dollars. xAI sends it.
    pub cost_in_usd_ticks: Option<u64>,
    /// How many sources searches used. xAI sends it.
    pub num_sources_used: Option<u64>,
    /// How many server tools were called. xAI sends it.
    pub num_server_side_tools_used: Option<u64>,
    /// How often each of xAI's server tools was called.
    pub server_side_tool_usage_details: Option<XaiToolUsage>,
    /// What Pydantic's gateway adds.
    pub pydantic_ai_gateway: Option<PydanticGatewayUsage>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl Usage {
    /// The usage of a response that read and wrote so many tokens.
    pub fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            total_tokens: input_tokens.saturating_add(output_tokens),
            ..Self::default()
        }
    }

    /// How many of the input tokens came from the provider's cache; 0 when that is not said.
    pub fn cached_tokens(&self) -> u64 {
        self.input_tokens_details
            .as_ref()
            .map_or(0, |details| details.cached_tokens)
    }

    /// How many of the output tokens were reasoning; 0 when that is not said.
    pub fn reasoning_tokens(&self) -> u64 {
        self.output_tokens_details
            .as_ref()
            .map_or(0, |details| details.reasoning_tokens)
    }
}

/// Of the tokens read, how many were special.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct InputTokensDetails {
    /// Tokens that came from the provider's cache.
    pub cached_tokens: u64,
    /// Tokens that were written into the provider's cache.
    pub cache_write_tokens: Option<u64>,
    /// Tokens of sound. Not in the specification.
    pub audio_tokens: Option<u64>,
    /// Tokens of images. Not in the specification.
    pub image_tokens: Option<u64>,
    /// Tokens of text. Not in the specification.
    pub text_tokens: Option<u64>,
    /// Tokens of videos. Not in the specification.
    pub video_tokens: Option<u64>,
    /// Tokens read in each turn of the server's own tool loop. vLLM sends it.
    pub input_tokens_per_turn: Option<Vec<u64>>,
    /// Cached tokens in each turn of the server's own tool loop. vLLM sends it.
    pub cached_tokens_per_turn: Option<Vec<u64>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputTokensDetails {
    /// Details with so many cached tokens.
    pub fn cached(cached_tokens: u64) -> Self {
        Self {
            cached_tokens,
            ..Self::default()
        }
    }
}

/// Of the tokens written, how many were special.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct OutputTokensDetails {
    /// Tokens of reasoning.
    pub reasoning_tokens: u64,
    /// Tokens of sound. Not in the specification.
    pub audio_tokens: Option<u64>,
    /// Tokens of images. Not in the specification.
    pub image_tokens: Option<u64>,
    /// Tokens of text. Not in the specification.
    pub text_tokens: Option<u64>,
    /// Predicted tokens that were used. Not in the specification.
    pub accepted_prediction_tokens: Option<u64>,
    /// Predicted tokens that were not used. Not in the specification.
    pub rejected_prediction_tokens: Option<u64>,
    /// Tokens that tools wrote. vLLM sends it.
    pub tool_output_tokens: Option<u64>,
    /// Tokens written in each turn of the server's own tool loop. vLLM sends it.
    pub output_tokens_per_turn: Option<Vec<u64>>,
    /// Tokens that tools wrote in each of those turns. vLLM sends it.
    pub tool_output_tokens_per_turn: Option<Vec<u64>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl OutputTokensDetails {
    /// Details with so many reasoning tokens.
    pub fn reasoning(reasoning_tokens: u64) -> Self {
        Self {
            reasoning_tokens,
            ..Self::default()
        }
    }
}

/// How a cost comes about, in US dollars.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct CostDetails {
    /// What the provider charged in all.
    pub upstream_inference_cost: Option<f64>,
    /// What the provider charged for the input.
    pub upstream_inference_input_cost: Option<f64>,
    /// What the provider charged for the output.
    pub upstream_inference_output_cost: Option<f64>,
    /// What server tools cost.
    pub server_tool_cost: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How often server tools were used. Stands for `ServerToolUseDetails`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ServerToolUseDetails {
    /// Calls that were run.
    pub tool_calls_executed: Option<u64>,
    /// Calls that the model asked for.
    pub tool_calls_requested: Option<u64>,
    /// Web searches.
    pub web_search_requests: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The size of the context at the end, in tokens.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContextDetails {
    /// Tokens of input in the context.
    pub input_tokens: Option<u64>,
    /// Tokens of output in the context.
    pub output_tokens: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What Pydantic's gateway adds to the usage.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PydanticGatewayUsage {
    /// What it thinks the response cost, in US dollars.
    pub cost_estimate: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How often each of xAI's server tools was called.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct XaiToolUsage {
    /// Calls of the code interpreter.
    pub code_interpreter_calls: Option<u64>,
    /// Searches of documents.
    pub document_search_calls: Option<u64>,
    /// Searches of files.
    pub file_search_calls: Option<u64>,
    /// Images made.
    pub image_generation_calls: Option<u64>,
    /// Calls of MCP tools.
    pub mcp_calls: Option<u64>,
    /// Searches of the web.
    pub web_search_calls: Option<u64>,
    /// Searches of X.
    pub x_search_calls: Option<u64>,
    /// Pages opened.
    pub browse_page_calls: Option<u64>,
    /// Images looked at.
    pub view_image_calls: Option<u64>,
    /// Videos looked at.
    pub view_x_video_calls: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}
