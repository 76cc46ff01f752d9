//! OpenRouter's tools that call other models: advisor, subagent and fusion.

use super::openrouter::{InnerTool, server_tool};
use crate::caching::CacheControl;
use crate::reasoning::InnerReasoning;
use crate::setters::setters;
use crate::{Extra, Wire};

server_tool! {
    /// Tool with which the model asks a stronger model for advice.
    OpenRouterAdvisorTool(AdvisorParameters)
}
server_tool! {
    /// Tool with which the model delegates tasks to a cheaper model.
    OpenRouterSubagentTool(SubagentParameters)
}
server_tool! {
    /// Tool that runs a panel of models and a model that compares their responses.
    OpenRouterFusionTool(FusionParameters)
}

/// Parameters of the advisor.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AdvisorParameters {
    /// Sends the whole conversation to the advisor. With `false`, the advisor receives only the
    /// model's question. Default: `false`.
    pub forward_transcript: Option<bool>,
    /// System prompt of the advisor. Default: none.
    pub instructions: Option<String>,
    /// Maximum number of output tokens, including reasoning tokens. Default: the provider's.
    pub max_completion_tokens: Option<u64>,
    /// Model of the advisor. Default: the model's choice, else the request's model.
    pub model: Option<String>,
    /// Unique name of the advisor: 1 to 64 letters, digits, spaces, `_` and `-`.
    pub name: Option<String>,
    /// Reasoning settings of the advisor.
    pub reasoning: Option<InnerReasoning>,
    /// Streams the advice. Default: `false`.
    pub stream: Option<bool>,
    /// Sampling temperature of the advisor. Default: the provider's.
    pub temperature: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AdvisorParameters {
    /// Creates a value with no member set.
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

/// Parameters of the subagent.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SubagentParameters {
    /// Gives all functions of the request to the subagent. Experimental. Default: `false`.
    pub inherit_functions: Option<bool>,
    /// Names of the request's functions that the subagent may call. Experimental.
    pub inherited_function_names: Option<Vec<String>>,
    /// System prompt of the subagent. Default: none.
    pub instructions: Option<String>,
    /// Maximum number of output tokens, including reasoning tokens. Default: the provider's.
    pub max_completion_tokens: Option<u64>,
    /// Maximum number of steps with tools, 1 to 25.
    pub max_tool_calls: Option<u64>,
    /// Model of the subagent. Default: the request's model.
    pub model: Option<String>,
    /// Unique name of the subagent: 1 to 64 letters, digits, spaces, `_` and `-`.
    pub name: Option<String>,
    /// Reasoning settings of the subagent.
    pub reasoning: Option<InnerReasoning>,
    /// Sampling temperature of the subagent. Default: the provider's.
    pub temperature: Option<f64>,
    /// Tools of the subagent. Only OpenRouter's tools are allowed, except the subagent itself.
    pub tools: Option<Vec<InnerTool>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SubagentParameters {
    /// Creates a value with no member set.
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

/// Parameters of a run of a panel of models.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionParameters {
    /// Models of the panel, 1 to 8. Default: OpenRouter's choice.
    pub analysis_models: Option<Vec<String>>,
    /// Caching of the panel's prompts.
    pub cache_control: Option<CacheControl>,
    /// Maximum number of output tokens of each model, including reasoning tokens. Default: 16000.
    pub max_completion_tokens: Option<u64>,
    /// Maximum number of steps with tools for each model, 1 to 16. Default: 4.
    pub max_tool_calls: Option<u64>,
    /// Model that compares the responses. Default: the request's model.
    pub model: Option<String>,
    /// Reasoning settings of each model.
    pub reasoning: Option<InnerReasoning>,
    /// Sampling temperature of the panel. Default: the provider's. The comparing model always runs
    /// at 0.
    pub temperature: Option<f64>,
    /// Tools of each model, at most 8; only OpenRouter's tools are allowed. Default: web search and
    /// web fetch. With an empty list the models have no tools.
    pub tools: Option<Vec<InnerTool>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FusionParameters {
    /// Creates a value with no member set.
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
