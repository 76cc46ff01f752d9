//! Events to changes of the response: one match over all events, without a wildcard.

use crate::event::{EventClass, StreamEvent};

use super::assembler::Assembler;

impl Assembler {
    /// Takes the next event, which is given up. Use this where the event is not needed any more:
    /// whole responses and items are moved out of it and not copied.
    pub fn push_owned(&mut self, event: StreamEvent) {
        self.touched = false;
        self.spans.clear();
        match event.class() {
            EventClass::Lifecycle => {
                if let Some(response) = event.into_response() {
                    self.begin(response);
                }
            }
            EventClass::Terminal => {
                let status = event.announced_status();
                self.end(event.into_response(), status);
            }
            class @ (EventClass::ItemAdded | EventClass::ItemDone) => {
                let index = event.output_index();
                if let Some(item) = event.into_item() {
                    self.item(index, item, class == EventClass::ItemDone);
                }
            }
            EventClass::Error
            | EventClass::KeepAlive
            | EventClass::Debug
            | EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress
            | EventClass::Unknown => self.push(&event),
        }
    }

    /// Takes the next event.
    pub fn push(&mut self, event: &StreamEvent) {
        use StreamEvent as E;
        self.touched = false;
        self.spans.clear();
        match event {
            E::Created(_)
            | E::Queued(_)
            | E::InProgress(_)
            | E::Completed(_)
            | E::Incomplete(_)
            | E::Failed(_)
            | E::Cancelled(_)
            | E::Done(_)
            | E::OutputItemAdded(_)
            | E::OutputItemDone(_) => self.push_owned(event.clone()),
            E::Error(_) | E::ResponseError(_) | E::Unknown(_) => {
                if let Some(failure) = event.failure() {
                    self.fail(failure);
                }
            }
            E::OutputTextDelta(e) => self.text_delta(e),
            E::OutputTextDone(e) => self.text_done(e),
            E::OutputTextAnnotationAdded(e) => self.annotation_added(e),
            E::RefusalDelta(e) => self.refusal_delta(e),
            E::RefusalDone(e) => self.refusal_done(e),
            E::ReasoningTextDelta(e) | E::ReasoningDelta(e) => self.reasoning_delta(e),
            E::ReasoningTextDone(e) | E::ReasoningDone(e) => self.reasoning_done(e),
            E::ContentPartAdded(e) | E::ReasoningPartAdded(e) => self.whole_part(e, true),
            E::ContentPartDone(e) | E::ReasoningPartDone(e) => self.whole_part(e, false),
            E::ContentPartDelta(e) => self.part_delta(e),
            E::ReasoningSummaryTextDelta(e) | E::ReasoningSummaryDelta(e) => self.summary_delta(e),
            E::ReasoningSummaryTextDone(e) | E::ReasoningSummaryDone(e) => self.summary_done(e),
            E::ReasoningSummaryPartAdded(e) | E::ReasoningSummaryPartDone(e) => {
                self.whole_summary_part(e);
            }
            E::AudioDelta(e) => self.audio_delta(e),
            E::AudioTranscriptDelta(e) => self.transcript_delta(e),
            E::FunctionCallArgumentsDelta(e) => self.function_arguments_delta(e),
            E::FunctionCallArgumentsDone(e) => self.function_arguments_done(e),
            E::McpCallArgumentsDelta(e) => self.mcp_arguments_delta(e),
            E::McpCallArgumentsDone(e) => self.mcp_arguments_done(e),
            E::CustomToolCallInputDelta(e) => self.custom_input_delta(e),
            E::CustomToolCallInputDone(e) => self.custom_input_done(e),
            E::CodeInterpreterCallCodeDelta(e) => self.code_delta(e),
            E::CodeInterpreterCallCodeDone(e) => self.code_done(e),
            E::ApplyPatchCallOperationDiffDelta(e) => self.diff_delta(e),
            E::ApplyPatchCallOperationDiffDone(e) => self.diff_done(e),
            E::ShellCallCommandAdded(e) | E::ShellCallCommandDone(e) => self.whole_command(e),
            E::ShellCallCommandDelta(e) => self.command_delta(e),
            E::ShellCallOutputContentDelta(e) => self.shell_output_delta(e),
            E::ShellCallOutputContentDone(e) => self.shell_output_done(e),
            E::ImageGenerationCallPartialImage(e) => self.partial_image(e),
            E::FusionCallPanelCompleted(e) => self.panel_completed(e),
            E::FusionCallPanelFailed(e) => self.panel_failed(e),
            E::FusionCallAnalysisCompleted(e) => self.analysis_completed(e),
            E::WebSearchCallInProgress(_)
            | E::WebSearchCallSearching(_)
            | E::WebSearchCallCompleted(_)
            | E::XSearchCallInProgress(_)
            | E::XSearchCallSearching(_)
            | E::XSearchCallCompleted(_)
            | E::FileSearchCallInProgress(_)
            | E::FileSearchCallSearching(_)
            | E::FileSearchCallCompleted(_)
            | E::ImageGenerationCallInProgress(_)
            | E::ImageGenerationCallGenerating(_)
            | E::ImageGenerationCallCompleted(_)
            | E::CodeInterpreterCallInProgress(_)
            | E::CodeInterpreterCallInterpreting(_)
            | E::CodeInterpreterCallCompleted(_)
            | E::McpCallInProgress(_)
            | E::McpCallCompleted(_)
            | E::McpCallFailed(_)
            | E::McpListToolsInProgress(_)
            | E::McpListToolsCompleted(_)
            | E::McpListToolsFailed(_)
            | E::FusionCallInProgress(_)
            | E::FusionCallCompleted(_) => {
                if let Some(progress) = event.progress() {
                    self.progress(progress);
                }
            }
            E::SteerAccepted(_)
            | E::SteerPending(_)
            | E::SteerFailed(_)
            | E::CompactionCompacting(_)
            | E::Keepalive(_)
            | E::Ping(_)
            | E::ResponseKeepAlive(_)
            | E::Debug(_)
            | E::FusionCallPanelAdded(_)
            | E::FusionCallPanelDelta(_)
            | E::FusionCallPanelReasoningDelta(_)
            | E::FusionCallAnalysisInProgress(_)
            | E::AudioDone(_)
            | E::AudioTranscriptDone(_) => {}
        }
    }
}
