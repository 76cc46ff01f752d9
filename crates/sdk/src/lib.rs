#![doc = include_str!("lib.md")]

mod agent;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod core;
mod debug;
mod encode;
mod env;
#[allow(
    hidden_glob_reexports,
    reason = "the types of the wire's module `error` are re-exported at the root"
)]
mod error;
pub mod funcs;
mod key;
mod meta;
pub mod middleware;
pub mod models;
mod options;
mod reader;
mod recognize;
mod request_line;
mod responses;
mod retry;
mod run;
mod send_output;
mod server_url;
mod sniff;
mod spans;
pub mod stop;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;

#[doc(no_inline)]
pub use orouter_wire::*;

// rustdoc makes pages only for what is re-exported by name. These are the wire types that users of the
// client need; `lib.md` lists the main ones in the same groups.

// Requests.
#[doc(inline)]
pub use orouter_wire::{
    CacheControl, DataCollection, Include, JsonSchemaFormat, MaxPrice, Modality, Plugin,
    ProviderPreferences, ProviderSort, Reasoning, ReasoningEffort, ReasoningSummary, ServiceTier,
    StopCondition, StoredPrompt, StreamOptions, TextConfig, TextFormat, TraceConfig, Truncation,
    Verbosity,
};
// Input.
#[doc(inline)]
pub use orouter_wire::{
    AudioFormat, ContentPart, FunctionCallOutput, History, HistoryError, ImageDetail, Input,
    InputAudio, InputError, InputFile, InputImage, InputText, InputVideo, Message, MessageContent,
    Role, ToolOutput,
};
// Schemas from types.
#[cfg(feature = "schema")]
#[doc(inline)]
pub use orouter_wire::{SchemaError, SchemaErrorKind, schema, schemars};
// Tools.
#[doc(inline)]
pub use orouter_wire::{
    CodeInterpreterTool, CustomTool, FileSearchTool, FunctionCall, FunctionTool,
    FunctionToolChoice, ImageGenerationTool, McpTool, Tool, ToolChoice, ToolChoiceMode,
    WebSearchTool,
};
// Output.
#[doc(inline)]
pub use orouter_wire::{
    Annotation, CostDetails, IncompleteDetails, IncompleteReason, InputTokensDetails, Item,
    ItemStatus, Logprob, OpenRouterMetadata, OutputError, OutputErrorKind, OutputText,
    OutputTokensDetails, ReasoningItem, Refusal, ResponseStatus, SummaryPart, UrlCitation, Usage,
};
// Events.
#[doc(inline)]
pub use orouter_wire::{
    ArgumentsDone, ErrorEvent, EventClass, ItemDelta, ItemEvent, PartEvent, ResponseEvent,
    StreamEvent, TextDelta, TextDone, assemble, sse,
};
// Errors.
#[doc(inline)]
pub use orouter_wire::{
    ApiErrorType, Availability, AvailabilityCode, DecodeError, ErrorBody, ErrorCode, ErrorMetadata,
    ErrorResponse, ResponseError, ResponseErrorCode, failure,
};
// JSON.
#[doc(inline)]
pub use orouter_wire::{
    Extra, Raw, Unknown, UnknownValue, Wire, from_slice, from_str, to_string, to_vec,
};

// Aliases: names of the TypeScript SDK's types. They are set here, because rustdoc's search finds an alias of a
// re-exported type only on the re-export.
#[doc(inline, alias = "OpenResponsesResult")]
pub use orouter_wire::Response;
#[doc(inline, alias = "OpenResponsesRequest")]
pub use orouter_wire::ResponsesRequest;

#[cfg(feature = "schema")]
#[doc(alias = "tool")]
pub use self::agent::{tool_fn, tool_fn_with_context};
#[doc(alias = "OpenRouterError")]
#[doc(alias = "OpenRouterDefaultError")]
#[doc(alias = "HTTPClientError")]
pub use self::error::Error;
#[doc(alias = "rawResponse")]
pub use self::meta::Meta;
#[doc(alias = "RequestInit")]
#[doc(alias = "fetchOptions")]
pub use self::options::RequestOptions;
#[cfg(feature = "schema")]
pub use self::responses::Parsed;
#[doc(alias = "OpenResponses")]
pub use self::responses::Responses;
#[doc(alias = "BackoffStrategy")]
pub use self::retry::Backoff;
#[doc(alias = "ModelResult")]
pub use self::run::ModelRun;
#[doc(alias = "CreateResponsesResponse")]
pub use self::send_output::SendOutput;
#[doc(alias = "EventStream")]
pub use self::stream::ResponseStream;
pub use self::{
    agent::{
        FnTool, OnToolError, RunCall, RunEvent, RunStream, RunTextStream, StepStart, ToolContext,
        ToolError,
    },
    builder::OpenRouterBuilder,
    call::Call,
    client::{Beta, OpenRouter},
    core::OpenRouterCore,
    error::ErrorKind,
    models::{Model, ModelList, Models},
    options::MetadataLevel,
    retry::{RetryBudget, RetryConfig, RetryContext, RetryDecision, RetryPolicy},
    run::{PendingCall, PendingReason, RunState, Step, StopReason},
    send_output::Sent,
    stop::StopWhen,
    stream::{ItemUpdate, Items, TextDeltas, TextStream},
};
#[doc(alias = "AbortController")]
#[doc(alias = "signal")]
pub use orouter_http::AbortHandle;
#[doc(inline)]
pub use orouter_http::{TimeoutKind, Timeouts};
