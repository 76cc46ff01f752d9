//! [`StreamEvent`] and the table that defines its variants.
//!
//! Each row holds an event's type, its variant and payload, its class, and the status that it
//! announces. The macro of `columns.rs` computes from the rows everything that differs between
//! events: names, classes, access to shared members, and statuses.
//! To add an event, add a row here and an arm in `assemble/apply.rs`; the compiler asks for both.

use super::columns::event_table;
use super::debug::DebugEvent;
use super::failure::ErrorEvent;
use super::fusion::{
    FusionAnalysisCompleted, FusionAnalysisStarted, FusionPanelAdded, FusionPanelCompleted,
    FusionPanelDelta, FusionPanelFailed,
};
use super::lifecycle::{ItemEvent, Keepalive, ResponseEvent};
use super::part::{
    AnnotationEvent, PartDelta, PartEvent, RefusalDone, SummaryPartEvent, SummaryTextDelta,
    SummaryTextDone, TextDelta, TextDone,
};
use super::progress::{
    ArgumentsDone, AudioDelta, AudioDone, CodeDone, DiffDone, InputDone, ItemDelta, ItemProgress,
    PartialImage, TranscriptDelta,
};
use super::shell::{ShellCommandDelta, ShellCommandEvent, ShellOutputDelta, ShellOutputDone};

event_table! {
    /// One event of a streamed response.
    ///
    /// Stands for `StreamEvents` (49 kinds) and for those that services send without the
    /// specification naming them. A kind that this version does not know is
    /// [`StreamEvent::Unknown`]; so is a frame without a `type`, whose in-band error
    /// [`StreamEvent::error`] still finds.
    ///
    /// The enum is `#[non_exhaustive]`. Code that has to decide about every event matches on
    /// [`StreamEvent::class`], which is exhaustive.
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
    pub enum StreamEvent {
        // The whole response.
        /// The response exists.
        "response.created" => Created(ResponseEvent): Lifecycle(InProgress);
        /// The response waits for its turn. Not in the specification.
        "response.queued" => Queued(ResponseEvent): Lifecycle(Queued);
        /// The response is being made.
        "response.in_progress" => InProgress(ResponseEvent): Lifecycle(InProgress);
        /// The response is done; the last event.
        "response.completed" => Completed(ResponseEvent): Terminal(Completed);
        /// The response was cut short; the last event.
        "response.incomplete" => Incomplete(ResponseEvent): Terminal(Incomplete);
        /// The response failed; the last event.
        "response.failed" => Failed(ResponseEvent): Terminal(Failed);
        /// The response was cancelled; the last event. Not in the specification.
        "response.cancelled" => Cancelled(ResponseEvent): Terminal(Cancelled);
        /// The response is done, in whichever way; the last event. Not in the specification.
        "response.done" => Done(ResponseEvent): Terminal;

        // Failures and signs of life.
        /// Something failed, flat or nested; the last event.
        "error" => Error(Box<ErrorEvent>): Error;
        /// Something failed; the last event. Not in the specification.
        "response.error" => ResponseError(Box<ErrorEvent>): Error;
        /// A sign of life. Not in the specification.
        "keepalive" => Keepalive(Keepalive): KeepAlive;
        /// A sign of life. Not in the specification.
        "ping" => Ping(Keepalive): KeepAlive;
        /// A sign of life. Not in the specification.
        "response.keep_alive" => ResponseKeepAlive(Keepalive): KeepAlive;
        /// What was sent to a provider, when `debug.echo_upstream_body` asked for it.
        "response.debug" => Debug(Box<DebugEvent>): Debug;

        // Items and their parts.
        /// An item begins.
        "response.output_item.added" => OutputItemAdded(ItemEvent): ItemAdded;
        /// An item is done.
        "response.output_item.done" => OutputItemDone(ItemEvent): ItemDone;
        /// A part of a message begins.
        "response.content_part.added" => ContentPartAdded(PartEvent): PartAdded;
        /// More of a part. Not in the specification.
        "response.content_part.delta" => ContentPartDelta(PartDelta): ContentDelta;
        /// A part of a message is done.
        "response.content_part.done" => ContentPartDone(PartEvent): PartDone;
        /// More text of the answer.
        "response.output_text.delta" => OutputTextDelta(TextDelta): ContentDelta;
        /// The text of the answer is done.
        "response.output_text.done" => OutputTextDone(TextDone): ContentDone;
        /// An annotation on the text.
        "response.output_text.annotation.added" => OutputTextAnnotationAdded(AnnotationEvent): ContentDelta;
        /// More of a refusal.
        "response.refusal.delta" => RefusalDelta(TextDelta): ContentDelta;
        /// A refusal is done.
        "response.refusal.done" => RefusalDone(RefusalDone): ContentDone;
        /// A part of the reasoning begins. Not in the specification.
        "response.reasoning_part.added" => ReasoningPartAdded(PartEvent): PartAdded;
        /// A part of the reasoning is done. Not in the specification.
        "response.reasoning_part.done" => ReasoningPartDone(PartEvent): PartDone;
        /// More of the reasoning.
        "response.reasoning_text.delta" => ReasoningTextDelta(TextDelta): ContentDelta;
        /// The reasoning is done.
        "response.reasoning_text.done" => ReasoningTextDone(TextDone): ContentDone;
        /// More of the reasoning, under its older name. Not in the specification.
        "response.reasoning.delta" => ReasoningDelta(TextDelta): ContentDelta;
        /// The reasoning is done, under its older name. Not in the specification.
        "response.reasoning.done" => ReasoningDone(TextDone): ContentDone;
        /// A part of the reasoning's summary begins.
        "response.reasoning_summary_part.added" => ReasoningSummaryPartAdded(SummaryPartEvent): PartAdded;
        /// A part of the reasoning's summary is done.
        "response.reasoning_summary_part.done" => ReasoningSummaryPartDone(SummaryPartEvent): PartDone;
        /// More of the reasoning's summary.
        "response.reasoning_summary_text.delta" => ReasoningSummaryTextDelta(SummaryTextDelta): ContentDelta;
        /// The text of a summary's part is done.
        "response.reasoning_summary_text.done" => ReasoningSummaryTextDone(SummaryTextDone): ContentDone;
        /// More of the reasoning's summary, under its older name. Not in the specification.
        "response.reasoning_summary.delta" => ReasoningSummaryDelta(SummaryTextDelta): ContentDelta;
        /// The summary is done, under its older name. Not in the specification.
        "response.reasoning_summary.done" => ReasoningSummaryDone(SummaryTextDone): ContentDone;

        // Calls that the caller answers.
        /// More of a function call's arguments.
        "response.function_call_arguments.delta" => FunctionCallArgumentsDelta(ItemDelta): ContentDelta;
        /// A function call's arguments are done.
        "response.function_call_arguments.done" => FunctionCallArgumentsDone(ArgumentsDone): ContentDone;
        /// More of a custom tool's input.
        "response.custom_tool_call_input.delta" => CustomToolCallInputDelta(ItemDelta): ContentDelta;
        /// A custom tool's input is done.
        "response.custom_tool_call_input.done" => CustomToolCallInputDone(InputDone): ContentDone;
        /// More of a patch.
        "response.apply_patch_call_operation_diff.delta" => ApplyPatchCallOperationDiffDelta(ItemDelta): ContentDelta;
        /// A patch is done.
        "response.apply_patch_call_operation_diff.done" => ApplyPatchCallOperationDiffDone(DiffDone): ContentDone;
        /// A shell command begins. Not in the specification.
        "response.shell_call_command.added" => ShellCallCommandAdded(ShellCommandEvent): PartAdded;
        /// More of a shell command. Not in the specification.
        "response.shell_call_command.delta" => ShellCallCommandDelta(ShellCommandDelta): ContentDelta;
        /// A shell command is done. Not in the specification.
        "response.shell_call_command.done" => ShellCallCommandDone(ShellCommandEvent): ContentDone;
        /// More of what a shell command prints. Not in the specification.
        "response.shell_call_output_content.delta" => ShellCallOutputContentDelta(ShellOutputDelta): ContentDelta;
        /// What a shell command printed, whole. Not in the specification.
        "response.shell_call_output_content.done" => ShellCallOutputContentDone(ShellOutputDone): ContentDone;

        // Tools that the provider runs.
        /// A web search begins.
        "response.web_search_call.in_progress" => WebSearchCallInProgress(ItemProgress): Progress(WebSearchCall, InProgress);
        /// A web search is running.
        "response.web_search_call.searching" => WebSearchCallSearching(ItemProgress): Progress(WebSearchCall, Searching);
        /// A web search is done.
        "response.web_search_call.completed" => WebSearchCallCompleted(ItemProgress): Progress(WebSearchCall, Completed);
        /// A search of X begins. Not in the specification.
        "response.x_search_call.in_progress" => XSearchCallInProgress(ItemProgress): Progress(XSearchCall, InProgress);
        /// A search of X is running. Not in the specification.
        "response.x_search_call.searching" => XSearchCallSearching(ItemProgress): Progress(XSearchCall, Searching);
        /// A search of X is done. Not in the specification.
        "response.x_search_call.completed" => XSearchCallCompleted(ItemProgress): Progress(XSearchCall, Completed);
        /// A file search begins. Not in the specification.
        "response.file_search_call.in_progress" => FileSearchCallInProgress(ItemProgress): Progress(FileSearchCall, InProgress);
        /// A file search is running. Not in the specification.
        "response.file_search_call.searching" => FileSearchCallSearching(ItemProgress): Progress(FileSearchCall, Searching);
        /// A file search is done. Not in the specification.
        "response.file_search_call.completed" => FileSearchCallCompleted(ItemProgress): Progress(FileSearchCall, Completed);
        /// An image is taken up.
        "response.image_generation_call.in_progress" => ImageGenerationCallInProgress(ItemProgress): Progress(ImageGenerationCall, InProgress);
        /// An image is being made.
        "response.image_generation_call.generating" => ImageGenerationCallGenerating(ItemProgress): Progress(ImageGenerationCall, Generating);
        /// An image as far as it is.
        "response.image_generation_call.partial_image" => ImageGenerationCallPartialImage(Box<PartialImage>): ContentDelta;
        /// An image is done.
        "response.image_generation_call.completed" => ImageGenerationCallCompleted(ItemProgress): Progress(ImageGenerationCall, Completed);
        /// A call of the code interpreter begins.
        "response.code_interpreter_call.in_progress" => CodeInterpreterCallInProgress(ItemProgress): Progress(CodeInterpreterCall, InProgress);
        /// The code is running.
        "response.code_interpreter_call.interpreting" => CodeInterpreterCallInterpreting(ItemProgress): Progress(CodeInterpreterCall, Interpreting);
        /// The code has run.
        "response.code_interpreter_call.completed" => CodeInterpreterCallCompleted(ItemProgress): Progress(CodeInterpreterCall, Completed);
        /// More of the code.
        "response.code_interpreter_call_code.delta" => CodeInterpreterCallCodeDelta(ItemDelta): ContentDelta;
        /// The code is written.
        "response.code_interpreter_call_code.done" => CodeInterpreterCallCodeDone(CodeDone): ContentDone;
        /// A call of an MCP tool begins. Not in the specification.
        "response.mcp_call.in_progress" => McpCallInProgress(ItemProgress): Progress(McpCall, InProgress);
        /// A call of an MCP tool is done. Not in the specification.
        "response.mcp_call.completed" => McpCallCompleted(ItemProgress): Progress(McpCall, Completed);
        /// A call of an MCP tool failed. Not in the specification.
        "response.mcp_call.failed" => McpCallFailed(ItemProgress): Progress(McpCall, Failed);
        /// More of an MCP call's arguments. Not in the specification.
        "response.mcp_call_arguments.delta" => McpCallArgumentsDelta(ItemDelta): ContentDelta;
        /// An MCP call's arguments are done. Not in the specification.
        "response.mcp_call_arguments.done" => McpCallArgumentsDone(ArgumentsDone): ContentDone;
        /// An MCP server is asked for its tools. Not in the specification.
        "response.mcp_list_tools.in_progress" => McpListToolsInProgress(ItemProgress): Progress(McpListTools, InProgress);
        /// An MCP server told its tools. Not in the specification.
        "response.mcp_list_tools.completed" => McpListToolsCompleted(ItemProgress): Progress(McpListTools, Completed);
        /// An MCP server did not tell its tools. Not in the specification.
        "response.mcp_list_tools.failed" => McpListToolsFailed(ItemProgress): Progress(McpListTools, Failed);

        // Several models at once.
        /// Several models are asked.
        "response.fusion_call.in_progress" => FusionCallInProgress(ItemProgress): Progress(Fusion, InProgress);
        /// A model joins the panel.
        "response.fusion_call.panel.added" => FusionCallPanelAdded(FusionPanelAdded): PartAdded;
        /// More of a panel model's answer.
        "response.fusion_call.panel.delta" => FusionCallPanelDelta(FusionPanelDelta): ContentDelta;
        /// More of a panel model's reasoning.
        "response.fusion_call.panel.reasoning.delta" => FusionCallPanelReasoningDelta(FusionPanelDelta): ContentDelta;
        /// A panel model's answer is done.
        "response.fusion_call.panel.completed" => FusionCallPanelCompleted(FusionPanelCompleted): PartDone;
        /// A panel model failed.
        "response.fusion_call.panel.failed" => FusionCallPanelFailed(Box<FusionPanelFailed>): PartDone;
        /// The answers are being compared.
        "response.fusion_call.analysis.in_progress" => FusionCallAnalysisInProgress(FusionAnalysisStarted): Progress;
        /// The answers are compared.
        "response.fusion_call.analysis.completed" => FusionCallAnalysisCompleted(Box<FusionAnalysisCompleted>): ContentDone;
        /// The panel is done.
        "response.fusion_call.completed" => FusionCallCompleted(ItemProgress): Progress(Fusion, Completed);

        // Sound. Not in the specification.
        /// More sound, in base64. Not in the specification.
        "response.audio.delta" => AudioDelta(AudioDelta): ContentDelta;
        /// The sound is done. Not in the specification.
        "response.audio.done" => AudioDone(AudioDone): ContentDone;
        /// More of what is said in the sound. Not in the specification.
        "response.audio.transcript.delta" => AudioTranscriptDelta(TranscriptDelta): ContentDelta;
        /// What is said in the sound is done. Not in the specification.
        "response.audio.transcript.done" => AudioTranscriptDone(AudioDone): ContentDone;
    }
}

const _: () = assert!(
    std::mem::size_of::<StreamEvent>() <= 128,
    "an event fits two cache lines"
);
