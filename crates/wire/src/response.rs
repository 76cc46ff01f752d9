//! [`Response`]: the whole answer. What services add to it on top of the specification lives in
//! [`crate::vendor`], its `openrouter_metadata` in [`crate::metadata`].

use std::collections::BTreeMap;

use crate::alignment::{Alignment, AlignmentDetails};
use crate::failure::ApiErrorType;
use crate::item::{FunctionCall, Input, Item, Message};
use crate::metadata::OpenRouterMetadata;
use crate::safeguard::SafeguardResult;
use crate::usage::Usage;
use crate::vendor::{Billing, ContentFilter, CopilotUsage, Moderation, ToolUsage};
use crate::{
    ContextManagement, Conversation, Extra, PromptCacheOptions, PromptCacheRetention, Raw,
    Reasoning, ServiceTier, StoredPrompt, TextConfig, Tool, ToolChoice, Truncation, UnknownValue,
    Wire,
};

/// The whole answer to a request: what was made, what it took, and the settings it was made with.
///
/// Stands for `OpenResponsesResult` and `BaseResponsesResult`. Members that describe the request
/// are echoes of it. Members that the Open Responses specification wants spelled out as `null`
/// are written so when they are `None`.
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
    /// The response's id, such as `resp_01` or `gen-01`.
    pub id: String,
    /// What kind of object this is.
    pub object: ResponseObject,
    /// When the request was taken up, in seconds since 1970 (Unix time).
    pub created_at: u64,
    /// When the answer was done, in seconds since 1970 (Unix time).
    #[wire(nullable)]
    pub completed_at: Option<u64>,
    /// How far the response is.
    pub status: ResponseStatus,
    /// Why the response failed.
    #[wire(nullable)]
    pub error: Option<ResponseError>,
    /// The stable name of the failure, beside `error`.
    pub error_type: Option<ApiErrorType>,
    /// Why the response is incomplete.
    #[wire(nullable)]
    pub incomplete_details: Option<IncompleteDetails>,
    /// The model that answered, such as `openai/gpt-4o`.
    pub model: String,
    /// What was made: messages, reasoning, tool calls, in order.
    pub output: Vec<Item>,
    /// All the text of the output, on services that repeat it here. [`Response::output_text()`]
    /// works without it.
    pub output_text: Option<String>,
    /// What the response took; absent until it ends.
    #[wire(nullable)]
    pub usage: Option<Usage>,
    /// The system's or developer's words that the request put first.
    #[wire(nullable)]
    pub instructions: Option<Input>,
    /// The most tokens that the answer may have, reasoning included.
    #[wire(nullable)]
    pub max_output_tokens: Option<u64>,
    /// The most calls of built-in tools.
    #[wire(nullable)]
    pub max_tool_calls: Option<u64>,
    /// Whether several tools may be called at once.
    pub parallel_tool_calls: bool,
    /// The response that this one goes on from.
    #[wire(nullable)]
    pub previous_response_id: Option<String>,
    /// The prompt template that the request named.
    pub prompt: Option<StoredPrompt>,
    /// The conversation that the response belongs to. Not in the specification.
    pub conversation: Option<Conversation>,
    /// How the model was to reason.
    #[wire(nullable)]
    pub reasoning: Option<Reasoning>,
    /// The request's temperature, 0 to 2.
    #[wire(nullable)]
    pub temperature: Option<f64>,
    /// The request's nucleus sampling, 0 to 1.
    #[wire(nullable)]
    pub top_p: Option<f64>,
    /// How many of the likeliest tokens were asked for at each place, 0 to 20.
    pub top_logprobs: Option<u64>,
    /// The request's penalty on tokens for their frequency, -2 to 2.
    #[wire(nullable)]
    pub frequency_penalty: Option<f64>,
    /// The request's penalty on tokens for their presence, -2 to 2.
    #[wire(nullable)]
    pub presence_penalty: Option<f64>,
    /// The form and length that the text was to have.
    pub text: Option<TextConfig>,
    /// Which tools the model could or had to call.
    pub tool_choice: Option<ToolChoice>,
    /// The tools that the model could call.
    pub tools: Vec<Tool>,
    /// What happens to input past the model's context.
    pub truncation: Option<Truncation>,
    /// What the provider does when the context grows long. Not in the specification.
    pub context_management: Option<Vec<ContextManagement>>,
    /// The caller's own labels, at most 16 pairs.
    #[wire(nullable)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether the response is made in the background.
    pub background: Option<bool>,
    /// Whether the service keeps the response.
    pub store: Option<bool>,
    /// The tier that served the response. The specification allows any word here.
    #[wire(open)]
    pub service_tier: Option<ServiceTier>,
    /// The key under which the provider caches the prompt.
    #[wire(nullable)]
    pub prompt_cache_key: Option<String>,
    /// How the provider caches the prompt.
    pub prompt_cache_options: Option<PromptCacheOptions>,
    /// How long the provider keeps the prompt. Not in the specification.
    pub prompt_cache_retention: Option<PromptCacheRetention>,
    /// A stable name of the end user, for the provider's safety checks.
    #[wire(nullable)]
    pub safety_identifier: Option<String>,
    /// The older name of `safety_identifier`.
    pub user: Option<String>,
    /// How OpenRouter routed the request. Present when the request asked for it.
    pub openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    /// What the alignment plugin saw.
    pub alignment: Option<Alignment>,
    /// What the Armor plugin saw.
    pub safeguard_results: Option<Vec<SafeguardResult>>,
    /// Who pays. OpenAI sends it.
    pub billing: Option<Billing>,
    /// What each built-in tool took. OpenAI sends it.
    pub tool_usage: Option<Box<ToolUsage>>,
    /// What the provider's moderation saw. OpenAI sends it.
    pub moderation: Option<Box<Moderation>>,
    /// What the content filter saw. Azure sends it.
    pub content_filters: Option<Vec<ContentFilter>>,
    /// What the response cost on GitHub Copilot.
    pub copilot_usage: Option<CopilotUsage>,
    /// The request's input, on services that echo it. Not in the specification.
    pub input: Option<Input>,
    /// The prompt as messages in the model's own form. vLLM sends it when asked to.
    pub input_messages: Option<Vec<Raw>>,
    /// The answer as messages in the model's own form. vLLM sends it when asked to.
    pub output_messages: Option<Vec<Raw>>,
    /// Where to find the keys and values of the prompt, for whoever decodes. vLLM sends it.
    pub kv_transfer_params: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl Response {
    /// A response of this model that has just begun.
    pub fn new(id: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            model: model.into(),
            parallel_tool_calls: true,
            metadata: Some(BTreeMap::new()),
            ..Self::default()
        }
    }

    /// All the text that the model said, joined without a separator. Refusals and reasoning are
    /// not in it.
    ///
    /// Where the output holds no text but the service repeated it in the member `output_text`,
    /// that is returned.
    pub fn output_text(&self) -> String {
        let text: String = self.messages().map(Message::text).collect();
        match (&self.output_text, text.is_empty()) {
            (Some(repeated), true) => repeated.clone(),
            _ => text,
        }
    }

    /// The model's refusal, when it refused.
    pub fn refusal(&self) -> Option<&str> {
        self.messages().find_map(Message::refusal)
    }

    /// What the model showed of its reasoning: of each item the text or else the summary, a blank
    /// line between them. `None` when it showed nothing.
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

    /// The messages of the output.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.output.iter().filter_map(Item::as_message)
    }

    /// The functions that the caller is asked to run.
    ///
    /// ```
    /// # let response = orouter_wire::Response::default();
    /// use orouter_wire::{FunctionCallOutput, Item};
    ///
    /// let outputs: Vec<Item> = response
    ///     .function_calls()
    ///     .map(|call| FunctionCallOutput::new(&call.call_id, "sunny").into())
    ///     .collect();
    /// ```
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.output.iter().filter_map(Item::as_function_call)
    }

    /// Whether the response has ended, in whichever way.
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }
}

/// What kind of object a response is.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ResponseObject {
    /// A response.
    #[default]
    Response,
    /// The answer of OpenAI's compaction endpoint.
    #[wire("response.compaction")]
    Compaction,
    /// A kind that this version does not know.
    Unknown(UnknownValue),
}

/// How far a response is. Stands for `OpenAIResponsesResponseStatus`.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ResponseStatus {
    /// Waiting for its turn.
    Queued,
    /// Being made. Also what is assumed where a sender leaves the status out.
    #[default]
    InProgress,
    /// Done.
    Completed,
    /// Cut short: [`Response::incomplete_details`] says why.
    Incomplete,
    /// It went wrong: [`Response::error`] says why.
    Failed,
    /// The caller gave up.
    Cancelled,
    /// A status that this version does not know.
    Unknown(UnknownValue),
}

impl ResponseStatus {
    /// Whether nothing more is to come: completed, incomplete, failed or cancelled.
    pub fn is_finished(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Incomplete | Self::Failed | Self::Cancelled
        )
    }
}

/// Why a response is incomplete. Stands for `IncompleteDetails`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct IncompleteDetails {
    /// The reason.
    pub reason: Option<IncompleteReason>,
    /// Members that no field takes.
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

/// The reason why a response is incomplete.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum IncompleteReason {
    /// The limit on output tokens was reached.
    MaxOutputTokens,
    /// A content filter stopped it.
    ContentFilter,
    /// The limit on tool calls was reached. Not in the specification.
    MaxToolCalls,
    /// The limit on the context was reached. Not in the specification.
    MaxInputTokens,
    /// A reason that this version does not know.
    Unknown(UnknownValue),
}

/// Why a response failed. Stands for `OpenResponsesErrorField` and `ResponsesErrorField`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ResponseError {
    /// The failure's name.
    pub code: Option<ResponseErrorCode>,
    /// What went wrong, in words.
    pub message: String,
    /// More about it.
    pub metadata: Option<ResponseErrorMetadata>,
    /// The failure's class, on services that name one. Not in the specification.
    pub r#type: Option<String>,
    /// The member of the request that is at fault. Not in the specification.
    pub param: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ResponseError {
    /// A failure with this name and these words.
    pub fn new(code: ResponseErrorCode, message: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            message: message.into(),
            ..Self::default()
        }
    }
}

/// More about why a response failed. Stands for `OpenResponsesErrorMetadata`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ResponseErrorMetadata {
    /// What the alignment plugin saw and held back.
    pub alignment: Option<AlignmentDetails>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The name of a failure inside a response: the codes of the Responses API itself.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ResponseErrorCode {
    /// Something broke at the service or the provider.
    ServerError,
    /// Too many requests.
    RateLimitExceeded,
    /// The prompt cannot be taken: too long, malformed.
    InvalidPrompt,
    /// A vector store did not answer in time.
    VectorStoreTimeout,
    /// An image cannot be taken.
    InvalidImage,
    /// An image is not in a format that is taken.
    InvalidImageFormat,
    /// An image's base64 is broken.
    InvalidBase64Image,
    /// An image's URL is broken.
    InvalidImageUrl,
    /// An image is too large.
    ImageTooLarge,
    /// An image is too small.
    ImageTooSmall,
    /// An image cannot be read.
    ImageParseError,
    /// An image is against the provider's rules.
    ImageContentPolicyViolation,
    /// An image's mode is not one that is taken.
    InvalidImageMode,
    /// An image's file is too large.
    ImageFileTooLarge,
    /// An image's media type is not one that is taken.
    UnsupportedImageMediaType,
    /// An image's file is empty.
    EmptyImageFile,
    /// An image could not be fetched.
    FailedToDownloadImage,
    /// An image's file does not exist.
    ImageFileNotFound,
    /// Against the provider's rules on biology.
    BioPolicy,
    /// Against the provider's rules on security.
    CyberPolicy,
    /// Against the provider's rules on misalignment.
    MisalignmentPolicyViolation,
    /// The data may not be handled in this region.
    DataResidencyMismatch,
    /// Not allowed.
    PermissionDenied,
    /// The prompt does not fit the model's context. Not in the specification.
    ContextLengthExceeded,
    /// The account's quota is used up. Not in the specification.
    InsufficientQuota,
    /// A code that this version does not know.
    Unknown(UnknownValue),
}
