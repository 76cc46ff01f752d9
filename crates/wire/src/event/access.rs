//! What is the same for events of all kinds.

use super::{ErrorEvent, StreamEvent};
use crate::error::{ErrorResponse, ErrorValue};
use crate::item::Item;
use crate::response::Response;

/// The match over all variants but the unknown, written once.
macro_rules! each {
    ($self:expr, $event:ident => $value:expr, else $other:expr) => {
        match $self {
            Self::Created($event)
            | Self::Queued($event)
            | Self::InProgress($event)
            | Self::Completed($event)
            | Self::Incomplete($event)
            | Self::Failed($event)
            | Self::Cancelled($event)
            | Self::Done($event) => $value,
            Self::Error($event) | Self::ResponseError($event) => $value,
            Self::Keepalive($event) | Self::Ping($event) | Self::KeepAlive($event) => $value,
            Self::Debug($event) => $value,
            Self::OutputItemAdded($event) | Self::OutputItemDone($event) => $value,
            Self::ContentPartDelta($event) => $value,
            Self::ContentPartAdded($event)
            | Self::ContentPartDone($event)
            | Self::ReasoningPartAdded($event)
            | Self::ReasoningPartDone($event) => $value,
            Self::OutputTextDelta($event)
            | Self::RefusalDelta($event)
            | Self::ReasoningTextDelta($event)
            | Self::ReasoningDelta($event) => $value,
            Self::OutputTextDone($event)
            | Self::ReasoningTextDone($event)
            | Self::ReasoningDone($event) => $value,
            Self::OutputTextAnnotationAdded($event) => $value,
            Self::RefusalDone($event) => $value,
            Self::ReasoningSummaryPartAdded($event) | Self::ReasoningSummaryPartDone($event) => {
                $value
            }
            Self::ReasoningSummaryTextDelta($event) | Self::ReasoningSummaryDelta($event) => $value,
            Self::ReasoningSummaryTextDone($event) | Self::ReasoningSummaryDone($event) => $value,
            Self::FunctionCallArgumentsDelta($event)
            | Self::CustomToolCallInputDelta($event)
            | Self::ApplyPatchCallOperationDiffDelta($event)
            | Self::CodeInterpreterCallCodeDelta($event)
            | Self::McpCallArgumentsDelta($event) => $value,
            Self::FunctionCallArgumentsDone($event) | Self::McpCallArgumentsDone($event) => $value,
            Self::CustomToolCallInputDone($event) => $value,
            Self::ApplyPatchCallOperationDiffDone($event) => $value,
            Self::CodeInterpreterCallCodeDone($event) => $value,
            Self::ShellCallCommandAdded($event) | Self::ShellCallCommandDone($event) => $value,
            Self::ShellCallCommandDelta($event) => $value,
            Self::ShellCallOutputContentDelta($event) => $value,
            Self::ShellCallOutputContentDone($event) => $value,
            Self::WebSearchCallInProgress($event)
            | Self::WebSearchCallSearching($event)
            | Self::WebSearchCallCompleted($event)
            | Self::XSearchCallInProgress($event)
            | Self::XSearchCallSearching($event)
            | Self::XSearchCallCompleted($event)
            | Self::FileSearchCallInProgress($event)
            | Self::FileSearchCallSearching($event)
            | Self::FileSearchCallCompleted($event)
            | Self::ImageGenerationCallInProgress($event)
            | Self::ImageGenerationCallGenerating($event)
            | Self::ImageGenerationCallCompleted($event)
            | Self::CodeInterpreterCallInProgress($event)
            | Self::CodeInterpreterCallInterpreting($event)
            | Self::CodeInterpreterCallCompleted($event)
            | Self::McpCallInProgress($event)
            | Self::McpCallCompleted($event)
            | Self::McpCallFailed($event)
            | Self::McpListToolsInProgress($event)
            | Self::McpListToolsCompleted($event)
            | Self::McpListToolsFailed($event)
            | Self::FusionCallInProgress($event)
            | Self::FusionCallCompleted($event) => $value,
            Self::ImageGenerationCallPartialImage($event) => $value,
            Self::FusionCallPanelAdded($event) => $value,
            Self::FusionCallPanelDelta($event) | Self::FusionCallPanelReasoningDelta($event) => {
                $value
            }
            Self::FusionCallPanelCompleted($event) => $value,
            Self::FusionCallPanelFailed($event) => $value,
            Self::FusionCallAnalysisInProgress($event) => $value,
            Self::FusionCallAnalysisCompleted($event) => $value,
            Self::AudioDelta($event) => $value,
            Self::AudioTranscriptDelta($event) => $value,
            Self::AudioDone($event) | Self::AudioTranscriptDone($event) => $value,
            Self::Unknown(_) => $other,
        }
    };
}

impl StreamEvent {
    /// The event's place in the stream, from 0, where the sender numbers its events. An event of
    /// an unknown kind is read for it.
    pub fn sequence_number(&self) -> Option<u32> {
        each!(self, event => event.sequence_number, else {
            let Self::Unknown(unknown) = self else { return None };
            let numbered: Numbered = crate::from_str(unknown.raw().get()).ok()?;
            numbered.sequence_number
        })
    }

    /// Sets the event's place in the stream. An event of an unknown kind keeps its own.
    pub fn set_sequence_number(&mut self, number: u32) {
        each!(self, event => event.sequence_number = Some(number), else {});
    }

    /// The same event in this place of the stream.
    #[must_use]
    pub fn numbered(mut self, number: u32) -> Self {
        self.set_sequence_number(number);
        self
    }

    /// Whether the event is the last of its stream: the response completed, was cut short, failed
    /// or was cancelled, or the stream itself failed.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Completed(_)
                | Self::Incomplete(_)
                | Self::Failed(_)
                | Self::Cancelled(_)
                | Self::Done(_)
                | Self::Error(_)
                | Self::ResponseError(_)
        )
    }

    /// Whether the event only says that the stream still flows.
    pub fn is_keepalive(&self) -> bool {
        matches!(
            self,
            Self::Keepalive(_) | Self::Ping(_) | Self::KeepAlive(_)
        )
    }

    /// The response that the event carries: that of `response.created`, `response.completed` and
    /// the like.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Created(event)
            | Self::Queued(event)
            | Self::InProgress(event)
            | Self::Completed(event)
            | Self::Incomplete(event)
            | Self::Failed(event)
            | Self::Cancelled(event)
            | Self::Done(event) => event.response.as_deref(),
            _ => None,
        }
    }

    /// The response that the event carries, taken out of it.
    pub fn into_response(self) -> Option<Response> {
        match self {
            Self::Created(event)
            | Self::Queued(event)
            | Self::InProgress(event)
            | Self::Completed(event)
            | Self::Incomplete(event)
            | Self::Failed(event)
            | Self::Cancelled(event)
            | Self::Done(event) => event.response.map(|response| *response),
            _ => None,
        }
    }

    /// The item that the event carries: that of `response.output_item.added` and `.done`.
    pub fn item(&self) -> Option<&Item> {
        match self {
            Self::OutputItemAdded(event) | Self::OutputItemDone(event) => event.item.as_deref(),
            _ => None,
        }
    }

    /// Returns the text of `response.output_text.delta` and `response.content_part.delta`.
    ///
    /// Some servers send text only in other events, and a content part may be a refusal:
    /// [`Assembler::new_text`](crate::assemble::Assembler::new_text) knows both and misses no text.
    pub fn text_delta(&self) -> Option<&str> {
        match self {
            Self::OutputTextDelta(event) => Some(&event.delta),
            Self::ContentPartDelta(event) => Some(&event.delta),
            _ => None,
        }
    }

    /// The failure of the stream, when the event is one: `error`, `response.error`, and a frame
    /// without a `type` whose `error` is an object or words. The failure of a response
    /// (`response.failed`) is in [`StreamEvent::response`].
    pub fn error(&self) -> Option<ErrorEvent> {
        match self {
            Self::Error(event) | Self::ResponseError(event) => Some((**event).clone()),
            Self::Unknown(unknown) if unknown.kind().is_none() => {
                let body: ErrorResponse = crate::from_str(unknown.raw().get()).ok()?;
                match body.error {
                    Some(ErrorValue::Unknown(_)) | None => None,
                    error => Some(ErrorEvent {
                        error,
                        code: body.code,
                        openrouter_metadata: body.openrouter_metadata,
                        request_id: body.request_id,
                        ..ErrorEvent::default()
                    }),
                }
            }
            _ => None,
        }
    }
}

/// The one member that an event of an unknown kind is read for.
#[derive(CloneEq, Debug, Default, crate::Wire)]
struct Numbered {
    sequence_number: Option<u32>,
    extra: crate::Extra,
}
