//! [`Response`]: the body of a response.
//!
//! Members that single services add are in [`crate::vendor`]; `openrouter_metadata` is in
//! [`crate::metadata`].

use std::collections::BTreeMap;

use crate::alignment::{Alignment, AlignmentDetails};
use crate::failure::{ApiErrorType, Misalignment};
use crate::item::{FunctionCall, Input, Item, Message};
use crate::metadata::OpenRouterMetadata;
use crate::safeguard::SafeguardResult;
use crate::usage::Usage;
use crate::vendor::{Billing, ContentFilter, CopilotUsage, Moderation, ToolUsage};
use crate::{
    AccessPrograms, ContextManagement, Conversation, Extra, ImageOptions, InputTransformation,
    PromptCacheDiagnostics, PromptCacheOptions, PromptCacheRetention, Raw, Reasoning, ServiceTier,
    StoredPrompt, TextConfig, Tool, ToolChoice, Truncation, UnknownValue, Wire,
};

/// Response to a request: output, usage, and an echo of the request's settings.
///
/// Use it to read the text, tool calls and usage of a finished response or of a snapshot. Fields
/// that describe the request echo it. Members that the Open Responses specification requires are
/// written as `null` if they are `None`.
///
/// ```
/// use orouter_wire::Response;
///
/// let response: Response = orouter_wire::from_str(
///     r#"{"id":"resp_1","object":"response","status":"completed","output":[
///         {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Paris."}]}]}"#,
/// )
/// .unwrap();
/// assert_eq!(response.output_text(), "Paris.");
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct Response {
    /// Id of the response, such as `resp_01` or `gen-01`.
    pub id: String,
    /// Kind of the object.
    pub object: ResponseObject,
    /// Time at which the request was accepted, in seconds since 1970-01-01 UTC.
    pub created_at: u64,
    /// Time at which the response was completed, in seconds since 1970-01-01 UTC.
    #[wire(nullable)]
    pub completed_at: Option<u64>,
    /// Status of the response.
    pub status: ResponseStatus,
    /// Reason why the response failed.
    #[wire(nullable)]
    pub error: Option<ResponseError>,
    /// OpenRouter's stable name of the failure in `error`.
    pub error_type: Option<ApiErrorType>,
    /// Reason why the response is incomplete.
    #[wire(nullable)]
    pub incomplete_details: Option<IncompleteDetails>,
    /// Model that produced the response, such as `openai/gpt-4o`.
    pub model: String,
    /// Output items, in order: messages, reasoning, tool calls and others.
    pub output: Vec<Item>,
    /// Text of the whole output, on services that repeat it here. Use the method
    /// [`output_text`](Response::output_text()), which works on all services.
    pub output_text: Option<String>,
    /// Tokens and cost. `None` until the response ends.
    #[wire(nullable)]
    pub usage: Option<Usage>,
    /// System or developer message of the request.
    #[wire(nullable)]
    pub instructions: Option<Input>,
    /// Maximum number of output tokens, including reasoning tokens.
    #[wire(nullable)]
    pub max_output_tokens: Option<u64>,
    /// Maximum number of calls of built-in tools.
    #[wire(nullable)]
    pub max_tool_calls: Option<u64>,
    /// `true` if several tools may be called at once.
    pub parallel_tool_calls: bool,
    /// Id of the response that this response continues.
    #[wire(nullable)]
    pub previous_response_id: Option<String>,
    /// Stored prompt of the request.
    pub prompt: Option<StoredPrompt>,
    /// Conversation that the response belongs to. Not in the specification.
    pub conversation: Option<Conversation>,
    /// Reasoning settings of the request.
    #[wire(nullable)]
    pub reasoning: Option<Reasoning>,
    /// Sampling temperature of the request, 0 to 2.
    #[wire(nullable)]
    pub temperature: Option<f64>,
    /// Nucleus sampling of the request, 0 to 1.
    #[wire(nullable)]
    pub top_p: Option<f64>,
    /// Number of most likely tokens per position that the request asked for, 0 to 20.
    pub top_logprobs: Option<u64>,
    /// Frequency penalty of the request, -2 to 2.
    #[wire(nullable)]
    pub frequency_penalty: Option<f64>,
    /// Presence penalty of the request, -2 to 2.
    #[wire(nullable)]
    pub presence_penalty: Option<f64>,
    /// Text format and verbosity of the request.
    pub text: Option<TextConfig>,
    /// Tool choice of the request.
    pub tool_choice: Option<ToolChoice>,
    /// Tools of the request.
    pub tools: Vec<Tool>,
    /// Handling of input that exceeds the model's context.
    pub truncation: Option<Truncation>,
    /// Methods to shorten a long conversation. Not in the specification.
    pub context_management: Option<Vec<ContextManagement>>,
    /// Labels of the request, at most 16.
    #[wire(nullable)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Treatment of the input's images that took effect. Sent by OpenAI.
    pub image: Option<ImageOptions>,
    /// Reasoning items of the input that the model did not receive, in the order of the input. Sent
    /// by OpenAI.
    pub input_transformations: Option<Vec<InputTransformation>>,
    /// Access programs that took effect. Sent by OpenAI.
    pub access_programs: Option<AccessPrograms>,
    /// `true` if the response is generated in the background.
    pub background: Option<bool>,
    /// `true` if the service stores the response.
    pub store: Option<bool>,
    /// Tier that served the request. The specification allows any string.
    #[wire(open)]
    pub service_tier: Option<ServiceTier>,
    /// Cache key of the request.
    #[wire(nullable)]
    pub prompt_cache_key: Option<String>,
    /// Settings of the request for OpenAI's prompt caching.
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// Comparison of the prompt with that of an earlier response. Sent by OpenAI on request.
    pub prompt_cache_diagnostics: Option<PromptCacheDiagnostics>,
    /// Lifetime of the prompt in the provider's cache. Not in the specification.
    pub prompt_cache_retention: Option<PromptCacheRetention>,
    /// Stable pseudonymous id of the end user.
    #[wire(nullable)]
    pub safety_identifier: Option<String>,
    /// Older name of `safety_identifier`.
    pub user: Option<String>,
    /// Routing by OpenRouter. Sent if the request asked for it.
    pub openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    /// Result of the alignment plugin.
    pub alignment: Option<Alignment>,
    /// Result of the Armor plugin.
    pub safeguard_results: Option<Vec<SafeguardResult>>,
    /// Payer of the response. Sent by OpenAI.
    pub billing: Option<Billing>,
    /// Usage of each built-in tool. Sent by OpenAI.
    pub tool_usage: Option<Box<ToolUsage>>,
    /// Result of the provider's moderation. Sent by OpenAI.
    pub moderation: Option<Box<Moderation>>,
    /// Results of the content filters. Sent by Azure.
    pub content_filters: Option<Vec<ContentFilter>>,
    /// Cost of the response on GitHub Copilot.
    pub copilot_usage: Option<CopilotUsage>,
    /// Input of the request, on services that echo it. Not in the specification.
    pub input: Option<Input>,
    /// Prompt as messages in the model's own format. Sent by vLLM on request.
    pub input_messages: Option<Vec<Raw>>,
    /// Output as messages in the model's own format. Sent by vLLM on request.
    pub output_messages: Option<Vec<Raw>>,
    /// Location of the prompt's key-value cache, for a separate decoder. Sent by vLLM.
    pub kv_transfer_params: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl Response {
    /// Creates a response of this model with the status `in_progress` and without output.
    pub fn new(id: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            model: model.into(),
            parallel_tool_calls: true,
            metadata: Some(BTreeMap::new()),
            ..Self::default()
        }
    }

    /// Returns the text of all messages, joined without a separator. Refusals and reasoning are
    /// excluded.
    ///
    /// If the output contains no text, returns the field
    /// [`output_text`](Self#structfield.output_text), which some services fill.
    pub fn output_text(&self) -> String {
        let text: String = self.messages().map(Message::text).collect();
        match (&self.output_text, text.is_empty()) {
            (Some(repeated), true) => repeated.clone(),
            _ => text,
        }
    }

    /// Returns the first refusal of the output, or `None` if the model did not refuse.
    pub fn refusal(&self) -> Option<&str> {
        self.messages().find_map(Message::refusal)
    }

    /// Returns the visible reasoning, or `None` if there is none. Each reasoning item contributes
    /// its text, or else its summary; a blank line separates the items.
    pub fn reasoning_text(&self) -> Option<String> {
        let texts: Vec<String> = self
            .output
            .iter()
            .filter_map(Item::as_reasoning)
            .map(crate::item::ReasoningItem::text)
            .filter(|text| !text.is_empty())
            .collect();
        if texts.is_empty() {
            None
        } else {
            Some(texts.join("\n\n"))
        }
    }

    /// Returns the messages of the output.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.output.iter().filter_map(Item::as_message)
    }

    /// Returns the function calls of the output. The caller is expected to run them.
    ///
    /// ```
    /// use orouter_wire::{FunctionCallOutput, Item, Response};
    ///
    /// fn run_functions(response: &Response) -> Vec<Item> {
    ///     response
    ///         .function_calls()
    ///         .map(|call| FunctionCallOutput::new(&call.call_id, "sunny").into())
    ///         .collect()
    /// }
    /// ```
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.output.iter().filter_map(Item::as_function_call)
    }

    /// Returns `true` if the response has ended: completed, incomplete, failed or cancelled.
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// Returns `true` if the response reports a failure: its status is `failed`, or it has an
    /// `error` in the form of the API or in another.
    ///
    /// A response that ended in another way may have an empty `error`: some servers send `{}`,
    /// `""` or `false` on success.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        if self.status == ResponseStatus::Failed {
            return true;
        }
        let ended = self.is_finished();
        let typed = self.error.as_ref();
        typed.is_some_and(|error| !(ended && *error == ResponseError::default()))
            || self.extra.get("error").is_some_and(|error| {
                let error = error.get();
                error != "null" && !(ended && matches!(error, "{}" | "\"\"" | "false"))
            })
    }
}

/// Kind of a response object.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ResponseObject {
    /// Response.
    #[default]
    Response,
    /// Result of OpenAI's compaction endpoint.
    #[wire("response.compaction")]
    Compaction,
    /// A kind unknown to this version.
    Unknown(UnknownValue),
}

/// Status of a response.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ResponseStatus {
    /// Waiting to be processed.
    Queued,
    /// Being generated. Also the default if a service omits the status.
    #[default]
    InProgress,
    /// Completed.
    Completed,
    /// Ended early; see [`Response::incomplete_details`].
    Incomplete,
    /// Failed; see [`Response::error`].
    Failed,
    /// Cancelled by the caller.
    Cancelled,
    /// A status unknown to this version.
    Unknown(UnknownValue),
}

impl ResponseStatus {
    /// Returns `true` for `completed`, `incomplete`, `failed` and `cancelled`.
    pub fn is_finished(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Incomplete | Self::Failed | Self::Cancelled
        )
    }
}

/// Reason why a response is incomplete.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct IncompleteDetails {
    /// Reason.
    pub reason: Option<IncompleteReason>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl From<IncompleteReason> for IncompleteDetails {
    fn from(reason: IncompleteReason) -> Self {
        Self {
            reason: Some(reason),
            ..Self::default()
        }
    }
}

/// Reason why a response is incomplete.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum IncompleteReason {
    /// Limit on output tokens reached.
    MaxOutputTokens,
    /// Stopped by a content filter.
    ContentFilter,
    /// Limit on tool calls reached. Not in the specification.
    MaxToolCalls,
    /// Limit on the context reached. Not in the specification.
    MaxInputTokens,
    /// Limit on messages reached. Not in OpenRouter's specification; sent by OpenAI.
    MaxMessages,
    /// Stopped between two items, because the client sent more input for the response; another
    /// response follows. Sent by OpenAI over a WebSocket.
    Steered,
    /// A reason unknown to this version.
    Unknown(UnknownValue),
}

/// Failure of a response.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ResponseError {
    /// Code of the failure.
    pub code: Option<ResponseErrorCode>,
    /// Description of the failure as text.
    pub message: String,
    /// Details of the failure.
    pub metadata: Option<ResponseErrorMetadata>,
    /// Class of the failure, on services that send one. Not in the specification.
    pub r#type: Option<String>,
    /// Member of the request that caused the failure. Not in the specification.
    pub param: Option<String>,
    /// Details of a failure with the code `misalignment_policy_violation`. Sent by OpenAI.
    pub misalignment: Option<Box<Misalignment>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ResponseError {
    /// Creates a failure with this code and message.
    pub fn new(code: ResponseErrorCode, message: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            message: message.into(),
            ..Self::default()
        }
    }
}

/// Details of a response's failure.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ResponseErrorMetadata {
    /// Result of the alignment plugin, with the output that it withheld.
    pub alignment: Option<AlignmentDetails>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Code of a response's failure, as defined by the Responses API.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ResponseErrorCode {
    /// Internal error of the service or the provider.
    ServerError,
    /// Too many requests.
    RateLimitExceeded,
    /// Prompt not accepted: too long or malformed.
    InvalidPrompt,
    /// Timeout of a vector store.
    VectorStoreTimeout,
    /// Image not accepted.
    InvalidImage,
    /// Image format not supported.
    InvalidImageFormat,
    /// Invalid base64 in an image.
    InvalidBase64Image,
    /// Invalid image URL.
    InvalidImageUrl,
    /// Image too large.
    ImageTooLarge,
    /// Image too small.
    ImageTooSmall,
    /// Image could not be parsed.
    ImageParseError,
    /// Image violates the provider's content policy.
    ImageContentPolicyViolation,
    /// Image mode not supported.
    InvalidImageMode,
    /// Image file too large.
    ImageFileTooLarge,
    /// Image media type not supported.
    UnsupportedImageMediaType,
    /// Image file is empty.
    EmptyImageFile,
    /// Image could not be downloaded.
    FailedToDownloadImage,
    /// Image file does not exist.
    ImageFileNotFound,
    /// Violation of the provider's biology policy.
    BioPolicy,
    /// Violation of the provider's cybersecurity policy.
    CyberPolicy,
    /// Violation of the provider's misalignment policy.
    MisalignmentPolicyViolation,
    /// Data may not be processed in this region.
    DataResidencyMismatch,
    /// Permission denied.
    PermissionDenied,
    /// Prompt exceeds the model's context. Not in the specification.
    ContextLengthExceeded,
    /// Quota of the account is exhausted. Not in the specification.
    InsufficientQuota,
    /// A code unknown to this version.
    Unknown(UnknownValue),
}
