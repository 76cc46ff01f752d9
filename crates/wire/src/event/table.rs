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
use super::steer::{SteerAccepted, SteerFailed, SteerPending};

event_table! {
    /// One event of a streamed response.
    ///
    /// Includes events that services send although the specification does not name them. An event of
    /// a type that this version does not know is [`StreamEvent::Unknown`]. A frame without a `type`
    /// is, too; [`StreamEvent::failure`] finds a failure that it reports.
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
        /// The response was created.
        "response.created" => Created(ResponseEvent): Lifecycle(InProgress);
        /// The response is queued. Not in the specification.
        "response.queued" => Queued(ResponseEvent): Lifecycle(Queued);
        /// The response is being generated.
        "response.in_progress" => InProgress(ResponseEvent): Lifecycle(InProgress);
        /// The response is complete. The last event.
        "response.completed" => Completed(ResponseEvent): Terminal(Completed);
        /// The response ended early, for the reason in `incomplete_details`. The last event.
        "response.incomplete" => Incomplete(ResponseEvent): Terminal(Incomplete);
        /// The response failed. The last event.
        "response.failed" => Failed(ResponseEvent): Terminal(Failed);
        /// The response was cancelled. The last event. Not in the specification.
        "response.cancelled" => Cancelled(ResponseEvent): Terminal(Cancelled);
        /// The response has ended, with any status. The last event. Not in the specification.
        "response.done" => Done(ResponseEvent): Terminal;

        // Input that the client sends while a response is generated.
        /// More input for the response is queued. Not in the specification.
        "response.steer.accepted" => SteerAccepted(Box<SteerAccepted>): Debug;
        /// More input for the response is queued and waits for the next request. Not in the
        /// specification.
        "response.steer.pending" => SteerPending(Box<SteerPending>): Debug;
        /// More input for the response is not used. Not in the specification.
        "response.steer.failed" => SteerFailed(Box<SteerFailed>): Debug;

        // Failures and keep-alives.
        /// A failure, flat or nested. The last event.
        "error" => Error(Box<ErrorEvent>): Error;
        /// A failure. The last event. Not in the specification.
        "response.error" => ResponseError(Box<ErrorEvent>): Error;
        /// Keep-alive. Not in the specification.
        "keepalive" => Keepalive(Keepalive): KeepAlive;
        /// Keep-alive. Not in the specification.
        "ping" => Ping(Keepalive): KeepAlive;
        /// Keep-alive. Not in the specification.
        "response.keep_alive" => ResponseKeepAlive(Keepalive): KeepAlive;
        /// The request that was sent to a provider. Sent if `debug.echo_upstream_body` is set.
        "response.debug" => Debug(Box<DebugEvent>): Debug;

        // Items and their parts.
        /// An item was added.
        "response.output_item.added" => OutputItemAdded(ItemEvent): ItemAdded;
        /// An item is complete.
        "response.output_item.done" => OutputItemDone(ItemEvent): ItemDone;
        /// A part of a message was added.
        "response.content_part.added" => ContentPartAdded(PartEvent): PartAdded;
        /// The next piece of a part. Not in the specification.
        "response.content_part.delta" => ContentPartDelta(PartDelta): ContentDelta;
        /// A part of a message is complete.
        "response.content_part.done" => ContentPartDone(PartEvent): PartDone;
        /// The next piece of the output text.
        "response.output_text.delta" => OutputTextDelta(TextDelta): ContentDelta;
        /// The output text of a part is complete.
        "response.output_text.done" => OutputTextDone(TextDone): ContentDone;
        /// An annotation of the output text.
        "response.output_text.annotation.added" => OutputTextAnnotationAdded(AnnotationEvent): ContentDelta;
        /// The next piece of a refusal.
        "response.refusal.delta" => RefusalDelta(TextDelta): ContentDelta;
        /// A refusal is complete.
        "response.refusal.done" => RefusalDone(RefusalDone): ContentDone;
        /// A part of the reasoning was added. Not in the specification.
        "response.reasoning_part.added" => ReasoningPartAdded(PartEvent): PartAdded;
        /// A part of the reasoning is complete. Not in the specification.
        "response.reasoning_part.done" => ReasoningPartDone(PartEvent): PartDone;
        /// The next piece of the reasoning.
        "response.reasoning_text.delta" => ReasoningTextDelta(TextDelta): ContentDelta;
        /// The reasoning text of a part is complete.
        "response.reasoning_text.done" => ReasoningTextDone(TextDone): ContentDone;
        /// The next piece of the reasoning, under its older name. Not in the specification.
        "response.reasoning.delta" => ReasoningDelta(TextDelta): ContentDelta;
        /// The reasoning is complete, under its older name. Not in the specification.
        "response.reasoning.done" => ReasoningDone(TextDone): ContentDone;
        /// A part of the summary of the reasoning was added.
        "response.reasoning_summary_part.added" => ReasoningSummaryPartAdded(SummaryPartEvent): PartAdded;
        /// A part of the summary of the reasoning is complete.
        "response.reasoning_summary_part.done" => ReasoningSummaryPartDone(SummaryPartEvent): PartDone;
        /// The next piece of the summary of the reasoning.
        "response.reasoning_summary_text.delta" => ReasoningSummaryTextDelta(SummaryTextDelta): ContentDelta;
        /// The text of a part of the summary is complete.
        "response.reasoning_summary_text.done" => ReasoningSummaryTextDone(SummaryTextDone): ContentDone;
        /// The next piece of the summary of the reasoning, under its older name. Not in the specification.
        "response.reasoning_summary.delta" => ReasoningSummaryDelta(SummaryTextDelta): ContentDelta;
        /// The summary of the reasoning is complete, under its older name. Not in the specification.
        "response.reasoning_summary.done" => ReasoningSummaryDone(SummaryTextDone): ContentDone;

        // Calls that the caller answers.
        /// The next piece of the arguments of a function call.
        "response.function_call_arguments.delta" => FunctionCallArgumentsDelta(ItemDelta): ContentDelta;
        /// The arguments of a function call are complete.
        "response.function_call_arguments.done" => FunctionCallArgumentsDone(ArgumentsDone): ContentDone;
        /// The next piece of the input of a custom tool's call.
        "response.custom_tool_call_input.delta" => CustomToolCallInputDelta(ItemDelta): ContentDelta;
        /// The input of a custom tool's call is complete.
        "response.custom_tool_call_input.done" => CustomToolCallInputDone(InputDone): ContentDone;
        /// The next piece of a patch.
        "response.apply_patch_call_operation_diff.delta" => ApplyPatchCallOperationDiffDelta(ItemDelta): ContentDelta;
        /// A patch is complete.
        "response.apply_patch_call_operation_diff.done" => ApplyPatchCallOperationDiffDone(DiffDone): ContentDone;
        /// A shell command was added. Not in the specification.
        "response.shell_call_command.added" => ShellCallCommandAdded(ShellCommandEvent): PartAdded;
        /// The next piece of a shell command. Not in the specification.
        "response.shell_call_command.delta" => ShellCallCommandDelta(ShellCommandDelta): ContentDelta;
        /// A shell command is complete. Not in the specification.
        "response.shell_call_command.done" => ShellCallCommandDone(ShellCommandEvent): ContentDone;
        /// The next piece of the output of a shell command. Not in the specification.
        "response.shell_call_output_content.delta" => ShellCallOutputContentDelta(ShellOutputDelta): ContentDelta;
        /// The complete output of a shell command. Not in the specification.
        "response.shell_call_output_content.done" => ShellCallOutputContentDone(ShellOutputDone): ContentDone;

        // Tools that the provider runs.
        /// A web search has started.
        "response.web_search_call.in_progress" => WebSearchCallInProgress(ItemProgress): Progress(WebSearchCall, InProgress);
        /// A web search is running.
        "response.web_search_call.searching" => WebSearchCallSearching(ItemProgress): Progress(WebSearchCall, Searching);
        /// A web search is complete.
        "response.web_search_call.completed" => WebSearchCallCompleted(ItemProgress): Progress(WebSearchCall, Completed);
        /// A search of X has started. Not in the specification.
        "response.x_search_call.in_progress" => XSearchCallInProgress(ItemProgress): Progress(XSearchCall, InProgress);
        /// A search of X is running. Not in the specification.
        "response.x_search_call.searching" => XSearchCallSearching(ItemProgress): Progress(XSearchCall, Searching);
        /// A search of X is complete. Not in the specification.
        "response.x_search_call.completed" => XSearchCallCompleted(ItemProgress): Progress(XSearchCall, Completed);
        /// A file search has started. Not in the specification.
        "response.file_search_call.in_progress" => FileSearchCallInProgress(ItemProgress): Progress(FileSearchCall, InProgress);
        /// A file search is running. Not in the specification.
        "response.file_search_call.searching" => FileSearchCallSearching(ItemProgress): Progress(FileSearchCall, Searching);
        /// A file search is complete. Not in the specification.
        "response.file_search_call.completed" => FileSearchCallCompleted(ItemProgress): Progress(FileSearchCall, Completed);
        /// The generation of an image has started.
        "response.image_generation_call.in_progress" => ImageGenerationCallInProgress(ItemProgress): Progress(ImageGenerationCall, InProgress);
        /// An image is being generated.
        "response.image_generation_call.generating" => ImageGenerationCallGenerating(ItemProgress): Progress(ImageGenerationCall, Generating);
        /// A preview of an image.
        "response.image_generation_call.partial_image" => ImageGenerationCallPartialImage(Box<PartialImage>): ContentDelta;
        /// An image is complete.
        "response.image_generation_call.completed" => ImageGenerationCallCompleted(ItemProgress): Progress(ImageGenerationCall, Completed);
        /// A call of the code interpreter has started.
        "response.code_interpreter_call.in_progress" => CodeInterpreterCallInProgress(ItemProgress): Progress(CodeInterpreterCall, InProgress);
        /// The code is running.
        "response.code_interpreter_call.interpreting" => CodeInterpreterCallInterpreting(ItemProgress): Progress(CodeInterpreterCall, Interpreting);
        /// The code has finished.
        "response.code_interpreter_call.completed" => CodeInterpreterCallCompleted(ItemProgress): Progress(CodeInterpreterCall, Completed);
        /// The next piece of the code.
        "response.code_interpreter_call_code.delta" => CodeInterpreterCallCodeDelta(ItemDelta): ContentDelta;
        /// The code is complete.
        "response.code_interpreter_call_code.done" => CodeInterpreterCallCodeDone(CodeDone): ContentDone;
        /// A call of an MCP tool has started. Not in the specification.
        "response.mcp_call.in_progress" => McpCallInProgress(ItemProgress): Progress(McpCall, InProgress);
        /// A call of an MCP tool is complete. Not in the specification.
        "response.mcp_call.completed" => McpCallCompleted(ItemProgress): Progress(McpCall, Completed);
        /// A call of an MCP tool failed. Not in the specification.
        "response.mcp_call.failed" => McpCallFailed(ItemProgress): Progress(McpCall, Failed);
        /// The next piece of the arguments of an MCP call. Not in the specification.
        "response.mcp_call_arguments.delta" => McpCallArgumentsDelta(ItemDelta): ContentDelta;
        /// The arguments of an MCP call are complete. Not in the specification.
        "response.mcp_call_arguments.done" => McpCallArgumentsDone(ArgumentsDone): ContentDone;
        /// The tools of an MCP server are being listed. Not in the specification.
        "response.mcp_list_tools.in_progress" => McpListToolsInProgress(ItemProgress): Progress(McpListTools, InProgress);
        /// The tools of an MCP server are listed. Not in the specification.
        "response.mcp_list_tools.completed" => McpListToolsCompleted(ItemProgress): Progress(McpListTools, Completed);
        /// The tools of an MCP server cannot be listed. Not in the specification.
        "response.mcp_list_tools.failed" => McpListToolsFailed(ItemProgress): Progress(McpListTools, Failed);
        /// The provider summarizes the conversation to compact it. Not in the specification.
        "response.compaction.compacting" => CompactionCompacting(ItemProgress): Progress;

        // Several models at once.
        /// A fusion call has started.
        "response.fusion_call.in_progress" => FusionCallInProgress(ItemProgress): Progress(Fusion, InProgress);
        /// A model was added to the panel.
        "response.fusion_call.panel.added" => FusionCallPanelAdded(FusionPanelAdded): PartAdded;
        /// The next piece of the text of a panel model.
        "response.fusion_call.panel.delta" => FusionCallPanelDelta(FusionPanelDelta): ContentDelta;
        /// The next piece of the reasoning of a panel model.
        "response.fusion_call.panel.reasoning.delta" => FusionCallPanelReasoningDelta(FusionPanelDelta): ContentDelta;
        /// The text of a panel model is complete.
        "response.fusion_call.panel.completed" => FusionCallPanelCompleted(FusionPanelCompleted): PartDone;
        /// A panel model failed.
        "response.fusion_call.panel.failed" => FusionCallPanelFailed(Box<FusionPanelFailed>): PartDone;
        /// The comparison of the panel's texts has started.
        "response.fusion_call.analysis.in_progress" => FusionCallAnalysisInProgress(FusionAnalysisStarted): Progress;
        /// The comparison of the panel's texts is complete.
        "response.fusion_call.analysis.completed" => FusionCallAnalysisCompleted(Box<FusionAnalysisCompleted>): ContentDone;
        /// The fusion call is complete.
        "response.fusion_call.completed" => FusionCallCompleted(ItemProgress): Progress(Fusion, Completed);

        // Sound. Not in the specification.
        /// The next piece of the audio output, in base64. Not in the specification.
        "response.audio.delta" => AudioDelta(AudioDelta): ContentDelta;
        /// The audio output is complete. Not in the specification.
        "response.audio.done" => AudioDone(AudioDone): ContentDone;
        /// The next piece of the transcript of the audio output. Not in the specification.
        "response.audio.transcript.delta" => AudioTranscriptDelta(TranscriptDelta): ContentDelta;
        /// The transcript of the audio output is complete. Not in the specification.
        "response.audio.transcript.done" => AudioTranscriptDone(AudioDone): ContentDone;
    }
}

const _: () = assert!(
    std::mem::size_of::<StreamEvent>() <= 128,
    "an event fits two cache lines"
);
