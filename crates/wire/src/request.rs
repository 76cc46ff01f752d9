//! [`ResponsesRequest`]: the body of `POST /responses`.
//!
//! The types of its members have their own modules: input items in [`crate::item`], tools in
//! [`crate::tool`], and so on.

use std::collections::BTreeMap;

use crate::access_programs::AccessPrograms;
use crate::background::BackgroundOptions;
use crate::caching::{CacheControl, PromptCacheOptions, PromptCacheRetention};
use crate::deferred_tools::DeferredTools;
use crate::image_config::{ImageConfigValue, ImageOptions};
use crate::item::Input;
use crate::plugin::Plugin;
use crate::provider::ProviderPreferences;
use crate::reasoning::Reasoning;
use crate::setters::setters;
use crate::settings::{
    ContextManagement, Conversation, Include, Modality, ModerationOptions, Route, ServiceTier,
    StreamOptions, Truncation,
};
use crate::stop::{StopCondition, StopSequences};
use crate::stored_prompt::StoredPrompt;
use crate::text::TextConfig;
use crate::tool::{Tool, XSearchOptions};
use crate::tool_choice::ToolChoice;
use crate::trace::{DebugOptions, TraceConfig};
use crate::{Extra, Wire};

/// Request body of `POST /responses`.
///
/// Contains the members of OpenRouter's specification, and those that Open Responses and other
/// vendors' services add.
///
/// Every field is optional: [`ResponsesRequest::default`] is the empty object, and only fields that
/// are set are sent. Each field has a setter of the same name.
///
/// ```
/// use orouter_wire::ResponsesRequest;
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke").temperature(0.2);
/// assert_eq!(
///     orouter_wire::to_string(&request),
///     r#"{"model":"openai/gpt-4o","input":"Tell me a joke","temperature":0.2}"#,
/// );
/// assert_eq!(orouter_wire::to_string(&ResponsesRequest::default()), "{}");
/// ```
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ResponsesRequest {
    /// Slug of the model, such as `openai/gpt-4o`. Default: the account's default model, if it has
    /// one.
    pub model: Option<String>,
    /// Fallback models, tried in order after `model`.
    #[wire(optional)]
    pub models: Vec<String>,
    /// Input of the model: a string or a list of items.
    pub input: Option<Input>,
    /// System or developer message, inserted before the input.
    pub instructions: Option<String>,
    /// Requests a stream of events. Default: `false`.
    pub stream: Option<bool>,
    /// Options of the stream.
    pub stream_options: Option<StreamOptions>,
    /// Maximum number of output tokens, including reasoning tokens. Default: the model's limit.
    pub max_output_tokens: Option<u64>,
    /// Maximum number of steps with tools that the service runs. On OpenRouter at most 30, which is
    /// the default. Ignored if `stop_server_tools_when` is set.
    pub max_tool_calls: Option<u64>,
    /// Conditions that end the loop of server tools. One met condition ends the loop.
    #[wire(optional)]
    pub stop_server_tools_when: Vec<StopCondition>,
    /// Sampling temperature, 0 to 2. Higher values give more varied output. Default: the
    /// provider's, usually 1.
    pub temperature: Option<f64>,
    /// Nucleus sampling: samples only from the most likely tokens whose probabilities add up to
    /// this value, 0 to 1. Default: the provider's, usually 1.
    pub top_p: Option<f64>,
    /// Samples only from this number of most likely tokens. Default: all tokens.
    pub top_k: Option<u64>,
    /// Penalty on tokens in proportion to how often they occurred, -2 to 2. Default: 0.
    pub frequency_penalty: Option<f64>,
    /// Penalty on tokens that occurred at least once, -2 to 2. Default: 0.
    pub presence_penalty: Option<f64>,
    /// Number of most likely tokens to return at each position, 0 to 20. Default: 0.
    pub top_logprobs: Option<u64>,
    /// Strings at which the model stops, at most 4.
    pub stop: Option<StopSequences>,
    /// Tools that the model may call.
    #[wire(optional)]
    pub tools: Vec<Tool>,
    /// Restricts or forces tool calls. Default: `auto` if the request has tools.
    pub tool_choice: Option<ToolChoice>,
    /// Allows several tool calls at once. Default: `true`.
    pub parallel_tool_calls: Option<bool>,
    /// Settings for tools that stay hidden until a search finds them.
    pub deferred_tools: Option<Box<DeferredTools>>,
    /// Format and verbosity of the output text. Default: plain text.
    pub text: Option<TextConfig>,
    /// Reasoning settings. Default: the model's.
    pub reasoning: Option<Reasoning>,
    /// Seed of the sampling. With the same seed and the same parameters, a provider tries to return
    /// the same output; not all providers do. Not in the specification of `/responses`;
    /// OpenRouter's chat completions have it, and many servers accept it here.
    pub seed: Option<i64>,
    /// Kinds of output. Default: text.
    #[wire(optional)]
    pub modalities: Vec<Modality>,
    /// Settings for models that output images.
    #[wire(optional)]
    pub image_config: BTreeMap<String, ImageConfigValue>,
    /// Treatment of the images of the input. Not in OpenRouter's specification; OpenAI's API has it.
    pub image: Option<ImageOptions>,
    /// Additional data to include in the response.
    #[wire(optional)]
    pub include: Vec<Include>,
    /// Handling of input that exceeds the model's context. Default: `disabled`.
    pub truncation: Option<Truncation>,
    /// Methods to shorten a long conversation. Not in the specification; OpenAI's API has it.
    #[wire(optional)]
    pub context_management: Vec<ContextManagement>,
    /// Providers that may serve the request, and their order.
    pub provider: Option<Box<ProviderPreferences>>,
    /// OpenRouter plugins to run.
    #[wire(optional)]
    pub plugins: Vec<Plugin>,
    /// Deprecated form of `provider.sort.partition`. The service ignores it.
    pub route: Option<Route>,
    /// Service tier. Default: `auto`.
    pub service_tier: Option<ServiceTier>,
    /// Returns at once and generates the response in the background. Default: `false`.
    pub background: Option<bool>,
    /// Time and order in which a response in the background is generated. Not in OpenRouter's
    /// specification; OpenAI's API has it.
    pub background_options: Option<Box<BackgroundOptions>>,
    /// Stores the response. OpenRouter does not store responses and accepts only `false`. OpenAI's
    /// default is `true`.
    pub store: Option<bool>,
    /// Id of the response to continue. OpenRouter does not store responses and rejects any value
    /// except `null` with status 400.
    #[wire(open)]
    pub previous_response_id: Option<String>,
    /// Conversation that the request belongs to. Not in the specification; OpenAI's API has it.
    pub conversation: Option<Conversation>,
    /// Prompt that is stored at the provider.
    pub prompt: Option<StoredPrompt>,
    /// Slug of a preset: a model, a system prompt and parameters that are stored at OpenRouter.
    /// Members of the request override those of the preset. A `model` of the form `@preset/SLUG`
    /// does the same. Not in the specification of `/responses`; OpenRouter's guide describes it.
    pub preset: Option<String>,
    /// Anthropic's prompt caching for the whole prompt.
    pub cache_control: Option<CacheControl>,
    /// Cache key. Requests with the same key can share a cached prompt.
    pub prompt_cache_key: Option<String>,
    /// Settings for OpenAI's prompt caching.
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// Lifetime of the prompt in OpenAI's cache. Not in the specification.
    pub prompt_cache_retention: Option<PromptCacheRetention>,
    /// Labels that the response returns: at most 16, with keys of at most 64 and values of at most
    /// 512 characters.
    #[wire(optional)]
    pub metadata: BTreeMap<String, String>,
    /// Id of the end user in the caller's system, at most 256 characters.
    pub user: Option<String>,
    /// Stable pseudonymous id of the end user, used in abuse reports.
    pub safety_identifier: Option<String>,
    /// Id of a conversation or workflow, at most 256 characters. Requests with the same id go to
    /// the same provider. Overrides the header `x-session-id`.
    pub session_id: Option<String>,
    /// Names of the request in traces.
    pub trace: Option<Box<TraceConfig>>,
    /// Debug output.
    pub debug: Option<DebugOptions>,
    /// Search on X, for xAI's models. Not in the specification; an older form of `x_search` in web
    /// search.
    pub x_search_filter: Option<Box<XSearchOptions>>,
    /// Moderation of input and output. Not in the specification; OpenAI's API has it.
    pub moderation: Option<Box<ModerationOptions>>,
    /// Access programs of OpenAI under which the request runs. Not in OpenRouter's specification.
    pub access_programs: Option<AccessPrograms>,
    /// Data of the client about itself. Not in the specification; Codex sends it.
    #[wire(optional)]
    pub client_metadata: BTreeMap<String, String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ResponsesRequest {
    /// Creates a request to a model, such as `openai/gpt-4o`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: Some(model.into()),
            ..Self::default()
        }
    }
}

setters!(ResponsesRequest {
    into model: String;
    into input: Input;
    list models: String;
    into instructions: String;
    copy stream: bool;
    into stream_options: StreamOptions;
    copy max_output_tokens: u64;
    copy max_tool_calls: u64;
    list stop_server_tools_when: StopCondition;
    copy temperature: f64;
    copy top_p: f64;
    copy top_k: u64;
    copy frequency_penalty: f64;
    copy presence_penalty: f64;
    copy top_logprobs: u64;
    into stop: StopSequences;
    list tools: Tool;
    into tool_choice: ToolChoice;
    copy parallel_tool_calls: bool;
    boxed deferred_tools: DeferredTools;
    into text: TextConfig;
    into reasoning: Reasoning;
    copy seed: i64;
    list modalities: Modality;
    map image_config: ImageConfigValue;
    into image: ImageOptions;
    list include: Include;
    into truncation: Truncation;
    list context_management: ContextManagement;
    boxed provider: ProviderPreferences;
    list plugins: Plugin;
    into route: Route;
    into service_tier: ServiceTier;
    copy background: bool;
    boxed background_options: BackgroundOptions;
    copy store: bool;
    into previous_response_id: String;
    into conversation: Conversation;
    into prompt: StoredPrompt;
    into preset: String;
    into cache_control: CacheControl;
    into prompt_cache_key: String;
    into prompt_cache_options: PromptCacheOptions;
    into prompt_cache_retention: PromptCacheRetention;
    map metadata: String;
    into user: String;
    into safety_identifier: String;
    into session_id: String;
    boxed trace: TraceConfig;
    into debug: DebugOptions;
    boxed x_search_filter: XSearchOptions;
    boxed moderation: ModerationOptions;
    into access_programs: AccessPrograms;
    map client_metadata: String;
});
