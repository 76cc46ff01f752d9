//! Tools of OpenRouter that call other models: an advisor, a subagent, a panel.

use super::openrouter::{InnerTool, server_tool};
use crate::caching::CacheControl;
use crate::reasoning::InnerReasoning;
use crate::setters::setters;
use crate::{Extra, Wire};

server_tool! {
    /// A stronger model that the model may ask for advice. Spec: `AdvisorServerTool_OpenRouter`.
    OpenRouterAdvisorTool(AdvisorParameters)
}
server_tool! {
    /// A cheaper model that the model may hand tasks to. Spec: `SubagentServerTool_OpenRouter`.
    OpenRouterSubagentTool(SubagentParameters)
}
server_tool! {
    /// Several models asked at once, and one that weighs what they say. Spec:
    /// `FusionServerTool_OpenRouter`.
    OpenRouterFusionTool(FusionParameters)
}

/// Whom to ask for advice, and how. Spec: `AdvisorServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AdvisorParameters {
    /// Whether the advisor sees the whole conversation, rather than only what the model asks.
    /// Default: `false`.
    pub forward_transcript: Option<bool>,
    /// The advisor's system prompt. Default: none.
    pub instructions: Option<String>,
    /// The most tokens the advisor may write, thinking included. Default: the provider's.
    pub max_completion_tokens: Option<u64>,
    /// The advisor's model. Default: one that the model chooses, else the request's.
    pub model: Option<String>,
    /// Tells several advisors apart: 1 to 64 letters, digits, spaces, `_` and `-`.
    pub name: Option<String>,
    /// How much the advisor thinks. Spec: `AdvisorReasoning`.
    pub reasoning: Option<InnerReasoning>,
    /// Whether the advice is streamed as it is written. Default: `false`.
    pub stream: Option<bool>,
    /// The advisor's sampling temperature. Default: the provider's.
    pub temperature: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl AdvisorParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(AdvisorParameters {
    copy forward_transcript: bool;
    into instructions: String;
    copy max_completion_tokens: u64;
    into model: String;
    into name: String;
    into reasoning: InnerReasoning;
    copy stream: bool;
    copy temperature: f64;
});

/// Whom to hand tasks to, and how. Spec: `SubagentServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SubagentParameters {
    /// Whether the subagent may call all of the request's functions. An experiment of the
    /// service. Default: `false`.
    pub inherit_functions: Option<bool>,
    /// Which of the request's functions the subagent may call. An experiment of the service.
    pub inherited_function_names: Option<Vec<String>>,
    /// The subagent's system prompt. Default: none.
    pub instructions: Option<String>,
    /// The most tokens the subagent may write, thinking included. Default: the provider's.
    pub max_completion_tokens: Option<u64>,
    /// The most steps with tools it may take, 1 to 25.
    pub max_tool_calls: Option<u64>,
    /// The subagent's model. Default: the request's.
    pub model: Option<String>,
    /// Tells several subagents apart: 1 to 64 letters, digits, spaces, `_` and `-`.
    pub name: Option<String>,
    /// How much the subagent thinks. Spec: `SubagentReasoning`.
    pub reasoning: Option<InnerReasoning>,
    /// The subagent's sampling temperature. Default: the provider's.
    pub temperature: Option<f64>,
    /// The tools it may use: OpenRouter's only, and not the subagent itself.
    pub tools: Option<Vec<InnerTool>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SubagentParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SubagentParameters {
    copy inherit_functions: bool;
    some_list inherited_function_names: String;
    into instructions: String;
    copy max_completion_tokens: u64;
    copy max_tool_calls: u64;
    into model: String;
    into name: String;
    into reasoning: InnerReasoning;
    copy temperature: f64;
    some_list tools: InnerTool;
});

/// Which models to ask at once, and how. Spec: `FusionServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionParameters {
    /// The models of the panel, at most 8. Default: OpenRouter's choice.
    pub analysis_models: Option<Vec<String>>,
    /// Caching of the panel's prompts.
    pub cache_control: Option<CacheControl>,
    /// The most tokens each model may write, thinking included. Default: 16000.
    pub max_completion_tokens: Option<u64>,
    /// The most steps with tools each model may take, 1 to 16. Default: 4.
    pub max_tool_calls: Option<u64>,
    /// The model that weighs the panel's answers. Default: the request's.
    pub model: Option<String>,
    /// How much each model thinks.
    pub reasoning: Option<InnerReasoning>,
    /// The panel's sampling temperature. Default: the provider's. The model that weighs always
    /// runs at 0.
    pub temperature: Option<f64>,
    /// The tools that each model may use: OpenRouter's only. Default: web search and web fetch; an
    /// empty list: none.
    pub tools: Option<Vec<InnerTool>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FusionParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(FusionParameters {
    some_list analysis_models: String;
    into cache_control: CacheControl;
    copy max_completion_tokens: u64;
    copy max_tool_calls: u64;
    into model: String;
    into reasoning: InnerReasoning;
    copy temperature: f64;
    some_list tools: InnerTool;
});
