//! [`StreamEvent`]: one event of a streamed response.
//!
//! The payloads live in the files beside this one; events of the same shape share one type. How a
//! sequence of events becomes a response is in [`crate::assemble`], how events are framed in
//! [`crate::sse`].

mod access;
mod debug;
mod failure;
mod fusion;
mod lifecycle;
mod part;
mod progress;
mod shell;

#[cfg(test)]
mod tests;

pub use debug::{DebugEvent, DebugInfo, DebugTimings, TimingPoint};
pub use failure::ErrorEvent;
pub use fusion::{
    FusionAnalysisCompleted, FusionAnalysisStarted, FusionPanelAdded, FusionPanelCompleted,
    FusionPanelDelta, FusionPanelFailed,
};
pub use lifecycle::{ItemEvent, Keepalive, ResponseEvent};
pub use part::{
    AnnotationEvent, PartDelta, PartEvent, RefusalDone, SummaryPartEvent, SummaryTextDelta,
    SummaryTextDone, TextDelta, TextDone,
};
pub use progress::{
    ArgumentsDone, AudioDelta, AudioDone, CodeDone, DiffDone, InputDone, ItemDelta, ItemProgress,
    PartialImage, TranscriptDelta,
};
pub use shell::{
    ShellCommandDelta, ShellCommandEvent, ShellOutputChunk, ShellOutputDelta, ShellOutputDone,
};

use crate::{Unknown, Wire};

/// One event of a streamed response.
///
/// Stands for `StreamEvents` (49 kinds) and for those that services send without the
/// specification naming them. A kind that this version does not know is
/// [`StreamEvent::Unknown`]; so is a frame without a `type`, whose in-band error
/// [`StreamEvent::error`] still finds.
///
/// ```
/// use orouter_wire::StreamEvent;
///
/// let event: StreamEvent = orouter_wire::from_str(
///     r#"{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,
///         "content_index":0,"delta":"Hel","sequence_number":4}"#,
/// )
/// .unwrap();
/// match &event {
///     StreamEvent::OutputTextDelta(text) => assert_eq!(text.delta, "Hel"),
///     other => panic!("{}", other.kind()),
/// }
/// assert_eq!(event.sequence_number(), Some(4));
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum StreamEvent {
    // The whole response.
    /// The response exists.
    #[wire("response.created")]
    Created(ResponseEvent),
    /// The response waits for its turn. Not in the specification.
    #[wire("response.queued")]
    Queued(ResponseEvent),
    /// The response is being made.
    #[wire("response.in_progress")]
    InProgress(ResponseEvent),
    /// The response is done; the last event.
    #[wire("response.completed")]
    Completed(ResponseEvent),
    /// The response was cut short; the last event.
    #[wire("response.incomplete")]
    Incomplete(ResponseEvent),
    /// The response failed; the last event.
    #[wire("response.failed")]
    Failed(ResponseEvent),
    /// The response was cancelled; the last event. Not in the specification.
    #[wire("response.cancelled")]
    Cancelled(ResponseEvent),
    /// The response is done, in whichever way; the last event. Not in the specification.
    #[wire("response.done")]
    Done(ResponseEvent),

    // Failures and signs of life.
    /// Something failed, flat or nested; the last event.
    #[wire("error")]
    Error(Box<ErrorEvent>),
    /// Something failed; the last event. Not in the specification.
    #[wire("response.error")]
    ResponseError(Box<ErrorEvent>),
    /// A sign of life. Not in the specification.
    #[wire("keepalive")]
    Keepalive(Keepalive),
    /// A sign of life. Not in the specification.
    #[wire("ping")]
    Ping(Keepalive),
    /// A sign of life. Not in the specification.
    #[wire("response.keep_alive")]
    KeepAlive(Keepalive),
    /// What was sent to a provider, when `debug.echo_upstream_body` asked for it.
    #[wire("response.debug")]
    Debug(Box<DebugEvent>),

    // Items and their parts.
    /// An item begins.
    #[wire("response.output_item.added")]
    OutputItemAdded(ItemEvent),
    /// An item is done.
    #[wire("response.output_item.done")]
    OutputItemDone(ItemEvent),
    /// A part of a message begins.
    #[wire("response.content_part.added")]
    ContentPartAdded(PartEvent),
    /// More of a part. Not in the specification.
    #[wire("response.content_part.delta")]
    ContentPartDelta(PartDelta),
    /// A part of a message is done.
    #[wire("response.content_part.done")]
    ContentPartDone(PartEvent),
    /// More text of the answer.
    #[wire("response.output_text.delta")]
    OutputTextDelta(TextDelta),
    /// The text of the answer is done.
    #[wire("response.output_text.done")]
    OutputTextDone(TextDone),
    /// An annotation on the text.
    #[wire("response.output_text.annotation.added")]
    OutputTextAnnotationAdded(AnnotationEvent),
    /// More of a refusal.
    #[wire("response.refusal.delta")]
    RefusalDelta(TextDelta),
    /// A refusal is done.
    #[wire("response.refusal.done")]
    RefusalDone(RefusalDone),
    /// A part of the reasoning begins. Not in the specification.
    #[wire("response.reasoning_part.added")]
    ReasoningPartAdded(PartEvent),
    /// A part of the reasoning is done. Not in the specification.
    #[wire("response.reasoning_part.done")]
    ReasoningPartDone(PartEvent),
    /// More of the reasoning.
    #[wire("response.reasoning_text.delta")]
    ReasoningTextDelta(TextDelta),
    /// The reasoning is done.
    #[wire("response.reasoning_text.done")]
    ReasoningTextDone(TextDone),
    /// More of the reasoning, under its older name. Not in the specification.
    #[wire("response.reasoning.delta")]
    ReasoningDelta(TextDelta),
    /// The reasoning is done, under its older name. Not in the specification.
    #[wire("response.reasoning.done")]
    ReasoningDone(TextDone),
    /// A part of the reasoning's summary begins.
    #[wire("response.reasoning_summary_part.added")]
    ReasoningSummaryPartAdded(SummaryPartEvent),
    /// A part of the reasoning's summary is done.
    #[wire("response.reasoning_summary_part.done")]
    ReasoningSummaryPartDone(SummaryPartEvent),
    /// More of the reasoning's summary.
    #[wire("response.reasoning_summary_text.delta")]
    ReasoningSummaryTextDelta(SummaryTextDelta),
    /// The text of a summary's part is done.
    #[wire("response.reasoning_summary_text.done")]
    ReasoningSummaryTextDone(SummaryTextDone),
    /// More of the reasoning's summary, under its older name. Not in the specification.
    #[wire("response.reasoning_summary.delta")]
    ReasoningSummaryDelta(SummaryTextDelta),
    /// The summary is done, under its older name. Not in the specification.
    #[wire("response.reasoning_summary.done")]
    ReasoningSummaryDone(SummaryTextDone),

    // Calls that the caller answers.
    /// More of a function call's arguments.
    #[wire("response.function_call_arguments.delta")]
    FunctionCallArgumentsDelta(ItemDelta),
    /// A function call's arguments are done.
    #[wire("response.function_call_arguments.done")]
    FunctionCallArgumentsDone(ArgumentsDone),
    /// More of a custom tool's input.
    #[wire("response.custom_tool_call_input.delta")]
    CustomToolCallInputDelta(ItemDelta),
    /// A custom tool's input is done.
    #[wire("response.custom_tool_call_input.done")]
    CustomToolCallInputDone(InputDone),
    /// More of a patch.
    #[wire("response.apply_patch_call_operation_diff.delta")]
    ApplyPatchCallOperationDiffDelta(ItemDelta),
    /// A patch is done.
    #[wire("response.apply_patch_call_operation_diff.done")]
    ApplyPatchCallOperationDiffDone(DiffDone),
    /// A shell command begins. Not in the specification.
    #[wire("response.shell_call_command.added")]
    ShellCallCommandAdded(ShellCommandEvent),
    /// More of a shell command. Not in the specification.
    #[wire("response.shell_call_command.delta")]
    ShellCallCommandDelta(ShellCommandDelta),
    /// A shell command is done. Not in the specification.
    #[wire("response.shell_call_command.done")]
    ShellCallCommandDone(ShellCommandEvent),
    /// More of what a shell command prints. Not in the specification.
    #[wire("response.shell_call_output_content.delta")]
    ShellCallOutputContentDelta(ShellOutputDelta),
    /// What a shell command printed, whole. Not in the specification.
    #[wire("response.shell_call_output_content.done")]
    ShellCallOutputContentDone(ShellOutputDone),

    // Tools that the provider runs.
    /// A web search begins.
    #[wire("response.web_search_call.in_progress")]
    WebSearchCallInProgress(ItemProgress),
    /// A web search is running.
    #[wire("response.web_search_call.searching")]
    WebSearchCallSearching(ItemProgress),
    /// A web search is done.
    #[wire("response.web_search_call.completed")]
    WebSearchCallCompleted(ItemProgress),
    /// A search of X begins. Not in the specification.
    #[wire("response.x_search_call.in_progress")]
    XSearchCallInProgress(ItemProgress),
    /// A search of X is running. Not in the specification.
    #[wire("response.x_search_call.searching")]
    XSearchCallSearching(ItemProgress),
    /// A search of X is done. Not in the specification.
    #[wire("response.x_search_call.completed")]
    XSearchCallCompleted(ItemProgress),
    /// A file search begins. Not in the specification.
    #[wire("response.file_search_call.in_progress")]
    FileSearchCallInProgress(ItemProgress),
    /// A file search is running. Not in the specification.
    #[wire("response.file_search_call.searching")]
    FileSearchCallSearching(ItemProgress),
    /// A file search is done. Not in the specification.
    #[wire("response.file_search_call.completed")]
    FileSearchCallCompleted(ItemProgress),
    /// An image is taken up.
    #[wire("response.image_generation_call.in_progress")]
    ImageGenerationCallInProgress(ItemProgress),
    /// An image is being made.
    #[wire("response.image_generation_call.generating")]
    ImageGenerationCallGenerating(ItemProgress),
    /// An image as far as it is.
    #[wire("response.image_generation_call.partial_image")]
    ImageGenerationCallPartialImage(Box<PartialImage>),
    /// An image is done.
    #[wire("response.image_generation_call.completed")]
    ImageGenerationCallCompleted(ItemProgress),
    /// A call of the code interpreter begins.
    #[wire("response.code_interpreter_call.in_progress")]
    CodeInterpreterCallInProgress(ItemProgress),
    /// The code is running.
    #[wire("response.code_interpreter_call.interpreting")]
    CodeInterpreterCallInterpreting(ItemProgress),
    /// The code has run.
    #[wire("response.code_interpreter_call.completed")]
    CodeInterpreterCallCompleted(ItemProgress),
    /// More of the code.
    #[wire("response.code_interpreter_call_code.delta")]
    CodeInterpreterCallCodeDelta(ItemDelta),
    /// The code is written.
    #[wire("response.code_interpreter_call_code.done")]
    CodeInterpreterCallCodeDone(CodeDone),
    /// A call of an MCP tool begins. Not in the specification.
    #[wire("response.mcp_call.in_progress")]
    McpCallInProgress(ItemProgress),
    /// A call of an MCP tool is done. Not in the specification.
    #[wire("response.mcp_call.completed")]
    McpCallCompleted(ItemProgress),
    /// A call of an MCP tool failed. Not in the specification.
    #[wire("response.mcp_call.failed")]
    McpCallFailed(ItemProgress),
    /// More of an MCP call's arguments. Not in the specification.
    #[wire("response.mcp_call_arguments.delta")]
    McpCallArgumentsDelta(ItemDelta),
    /// An MCP call's arguments are done. Not in the specification.
    #[wire("response.mcp_call_arguments.done")]
    McpCallArgumentsDone(ArgumentsDone),
    /// An MCP server is asked for its tools. Not in the specification.
    #[wire("response.mcp_list_tools.in_progress")]
    McpListToolsInProgress(ItemProgress),
    /// An MCP server told its tools. Not in the specification.
    #[wire("response.mcp_list_tools.completed")]
    McpListToolsCompleted(ItemProgress),
    /// An MCP server did not tell its tools. Not in the specification.
    #[wire("response.mcp_list_tools.failed")]
    McpListToolsFailed(ItemProgress),

    // Several models at once.
    /// Several models are asked.
    #[wire("response.fusion_call.in_progress")]
    FusionCallInProgress(ItemProgress),
    /// A model joins the panel.
    #[wire("response.fusion_call.panel.added")]
    FusionCallPanelAdded(FusionPanelAdded),
    /// More of a panel model's answer.
    #[wire("response.fusion_call.panel.delta")]
    FusionCallPanelDelta(FusionPanelDelta),
    /// More of a panel model's reasoning.
    #[wire("response.fusion_call.panel.reasoning.delta")]
    FusionCallPanelReasoningDelta(FusionPanelDelta),
    /// A panel model's answer is done.
    #[wire("response.fusion_call.panel.completed")]
    FusionCallPanelCompleted(FusionPanelCompleted),
    /// A panel model failed.
    #[wire("response.fusion_call.panel.failed")]
    FusionCallPanelFailed(Box<FusionPanelFailed>),
    /// The answers are being compared.
    #[wire("response.fusion_call.analysis.in_progress")]
    FusionCallAnalysisInProgress(FusionAnalysisStarted),
    /// The answers are compared.
    #[wire("response.fusion_call.analysis.completed")]
    FusionCallAnalysisCompleted(Box<FusionAnalysisCompleted>),
    /// The panel is done.
    #[wire("response.fusion_call.completed")]
    FusionCallCompleted(ItemProgress),

    // Sound. Not in the specification.
    /// More sound, in base64. Not in the specification.
    #[wire("response.audio.delta")]
    AudioDelta(AudioDelta),
    /// The sound is done. Not in the specification.
    #[wire("response.audio.done")]
    AudioDone(AudioDone),
    /// More of what is said in the sound. Not in the specification.
    #[wire("response.audio.transcript.delta")]
    AudioTranscriptDelta(TranscriptDelta),
    /// What is said in the sound is done. Not in the specification.
    #[wire("response.audio.transcript.done")]
    AudioTranscriptDone(AudioDone),

    /// A kind that this version does not know, or a frame that is not an event; kept as it came.
    Unknown(Unknown),
}

const _: () = assert!(
    std::mem::size_of::<StreamEvent>() <= 128,
    "an event fits two cache lines"
);
