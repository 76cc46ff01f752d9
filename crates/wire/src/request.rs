//! The request: what a client posts to `/responses`.
//!
//! Its parts have files of their own: input items in `item`, tools in `tool`, and so on.

use std::collections::BTreeMap;

use crate::caching::{CacheControl, PromptCacheOptions, PromptCacheRetention};
use crate::deferred_tools::DeferredTools;
use crate::image_config::ImageConfigValue;
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

/// What a client posts to `/responses`. Spec: `ResponsesRequest`, and what Open Responses and
/// other vendors' services take beyond it.
///
/// Nothing is required on this side: [`ResponsesRequest::default`] is the empty object, and only
/// what was set is sent. Each field has a setter of its name.
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
    /// The model's slug, such as `openai/gpt-4o`. Default: the account's, where it has one.
    pub model: Option<String>,
    /// Models to try after `model`, in order.
    #[wire(optional)]
    pub models: Vec<String>,
    /// What to answer: a text, or items.
    pub input: Option<Input>,
    /// The system's or developer's message, put before the input.
    pub instructions: Option<String>,
    /// Whether to answer with a stream of events. Default: `false`.
    pub stream: Option<bool>,
    /// How the stream is sent.
    pub stream_options: Option<StreamOptions>,
    /// The most tokens to write, thinking included. Default: the model's limit.
    pub max_output_tokens: Option<u64>,
    /// The most steps with tools that the service runs, 30 at most on OpenRouter, which is its
    /// default. `stop_server_tools_when` takes its place.
    pub max_tool_calls: Option<u64>,
    /// When the loop of server tools ends; any one condition does. Spec: `StopServerToolsWhen`.
    #[wire(optional)]
    pub stop_server_tools_when: Vec<StopCondition>,
    /// How freely tokens are drawn, 0 to 2. Default: the provider's, mostly 1.
    pub temperature: Option<f64>,
    /// Draws only among the likeliest tokens that make up this much probability, 0 to 1. Default:
    /// the provider's, mostly 1.
    pub top_p: Option<f64>,
    /// Draws only among this many of the likeliest tokens. Default: all.
    pub top_k: Option<u64>,
    /// How much to avoid tokens the more often they were used, -2 to 2. Default: 0.
    pub frequency_penalty: Option<f64>,
    /// How much to avoid tokens that were used at all, -2 to 2. Default: 0.
    pub presence_penalty: Option<f64>,
    /// How many of the likeliest tokens to report at each place, 0 to 20. Default: 0.
    pub top_logprobs: Option<u64>,
    /// Texts at which the model stops, at most 4.
    pub stop: Option<StopSequences>,
    /// The tools that the model may call.
    #[wire(optional)]
    pub tools: Vec<Tool>,
    /// Which of them it may or must call. Default: `auto` when there are tools.
    pub tool_choice: Option<ToolChoice>,
    /// Whether it may call several at once. Default: `true`.
    pub parallel_tool_calls: Option<bool>,
    /// How tools are hidden from the model until a search finds them.
    pub deferred_tools: Option<DeferredTools>,
    /// The form of the text. Default: plain.
    pub text: Option<TextConfig>,
    /// How much to think. Default: the model's.
    pub reasoning: Option<Reasoning>,
    /// The kinds of output. Default: text.
    #[wire(optional)]
    pub modalities: Vec<Modality>,
    /// Settings for models that answer with images. Spec: `ImageConfig`.
    #[wire(optional)]
    pub image_config: BTreeMap<String, ImageConfigValue>,
    /// What the response holds only when asked for.
    #[wire(optional)]
    pub include: Vec<Include>,
    /// What happens to input that is too long. Default: `disabled`.
    pub truncation: Option<Truncation>,
    /// How a long conversation is kept short. Not in the spec: OpenAI's, in real traffic.
    #[wire(optional)]
    pub context_management: Vec<ContextManagement>,
    /// Which providers may serve, and in what order.
    pub provider: Option<ProviderPreferences>,
    /// Plugins of OpenRouter to run around the request.
    #[wire(optional)]
    pub plugins: Vec<Plugin>,
    /// Spreads the request over models. The service ignores it.
    pub route: Option<Route>,
    /// How urgently to serve. Default: `auto`.
    pub service_tier: Option<ServiceTier>,
    /// Whether to answer at once and work on. Default: `false`.
    pub background: Option<bool>,
    /// Whether to keep the response. OpenRouter keeps none and takes only `false`; OpenAI's
    /// default is `true`.
    pub store: Option<bool>,
    /// The id of the response to go on from. OpenRouter, which keeps none, takes only `null`; its
    /// spec leaves the form open.
    #[wire(open)]
    pub previous_response_id: Option<String>,
    /// The conversation that the request belongs to. Not in the spec: OpenAI's, in real traffic.
    pub conversation: Option<Conversation>,
    /// A prompt that is stored with the provider.
    pub prompt: Option<StoredPrompt>,
    /// Anthropic's prompt caching, for all that can be cached.
    pub cache_control: Option<CacheControl>,
    /// What requests that may share a cached prompt have in common.
    pub prompt_cache_key: Option<String>,
    /// OpenAI's prompt caching.
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// How long OpenAI keeps a cached prompt. Not in the spec: in real traffic.
    pub prompt_cache_retention: Option<PromptCacheRetention>,
    /// The caller's own notes, returned with the response: at most 16, keys of at most 64
    /// characters, values of at most 512. Spec: `RequestMetadata`.
    #[wire(optional)]
    pub metadata: BTreeMap<String, String>,
    /// The caller's id for its user, at most 256 characters.
    pub user: Option<String>,
    /// A stable id of the user, hashed or made up, for reports of abuse.
    pub safety_identifier: Option<String>,
    /// What requests of one conversation or workflow have in common, at most 256 characters; they
    /// go to the same provider. It wins over the header `x-session-id`.
    pub session_id: Option<String>,
    /// Names for the request in traces.
    pub trace: Option<TraceConfig>,
    /// What to show for debugging.
    pub debug: Option<DebugOptions>,
    /// Search on X, for xAI's models. Not in the spec: an older form of `x_search` in web search.
    pub x_search_filter: Option<XSearchOptions>,
    /// Moderation beside the answer. Not in the spec: OpenAI's, in real traffic.
    pub moderation: Option<ModerationOptions>,
    /// Notes of the client about itself. Not in the spec: Codex's, in real traffic.
    #[wire(optional)]
    pub client_metadata: BTreeMap<String, String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ResponsesRequest {
    /// A request to this model, such as `openai/gpt-4o`.
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
    into deferred_tools: DeferredTools;
    into text: TextConfig;
    into reasoning: Reasoning;
    list modalities: Modality;
    map image_config: ImageConfigValue;
    list include: Include;
    into truncation: Truncation;
    list context_management: ContextManagement;
    into provider: ProviderPreferences;
    list plugins: Plugin;
    into route: Route;
    into service_tier: ServiceTier;
    copy background: bool;
    copy store: bool;
    into previous_response_id: String;
    into conversation: Conversation;
    into prompt: StoredPrompt;
    into cache_control: CacheControl;
    into prompt_cache_key: String;
    into prompt_cache_options: PromptCacheOptions;
    into prompt_cache_retention: PromptCacheRetention;
    map metadata: String;
    into user: String;
    into safety_identifier: String;
    into session_id: String;
    into trace: TraceConfig;
    into debug: DebugOptions;
    into x_search_filter: XSearchOptions;
    into moderation: ModerationOptions;
    map client_metadata: String;
});
