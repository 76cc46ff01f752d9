//! What an event says about a part of an item, in one shape for all kinds of events.

use crate::event::StreamEvent;
use crate::item::{Item, PatchOperation, SummaryPart};

use super::parts;

/// Which list of an item a part is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    /// A message's or reasoning's content.
    Content,
    /// A reasoning's summary.
    Summary,
    /// The one text that a call grows by: arguments, input, code, diff.
    Whole,
    /// A shell call's commands.
    Commands,
}

impl List {
    /// Whether the parts of this list have events of their own that say that they begin and end.
    pub(super) fn has_parts(self) -> bool {
        matches!(self, List::Content | List::Summary)
    }
}

/// An event about an item: which, and what it says about a part of it.
pub(super) struct Touch<'a> {
    pub(super) index: u32,
    pub(super) id: Option<&'a str>,
    pub(super) part: Option<(List, u32, Act<'a>)>,
}

/// What an event says about a part.
pub(super) enum Act<'a> {
    Added(&'a str),
    Delta(&'a str),
    /// The part's text is whole.
    Text(&'a str),
    /// The part is done; its text, where it is of a kind that deltas make.
    Done(Option<&'a str>),
    /// Something else about the part.
    Other,
}

impl<'a> Touch<'a> {
    /// `None` for events that are not about an item, or about a whole one.
    pub(super) fn of(event: &'a StreamEvent) -> Option<Self> {
        use Act::{Added, Delta, Done, Other, Text};
        use List::{Commands, Content, Summary, Whole};
        use StreamEvent as E;
        macro_rules! touch {
            ($e:ident) => {
                Touch {
                    index: $e.output_index,
                    id: Some(&$e.item_id),
                    part: None,
                }
            };
            ($e:ident, $list:expr, $part:expr, $act:expr) => {
                Touch {
                    index: $e.output_index,
                    id: Some(&$e.item_id),
                    part: Some(($list, $part, $act)),
                }
            };
        }
        Some(match event {
            E::ContentPartAdded(e) | E::ReasoningPartAdded(e) => {
                let text = e.part.as_deref().and_then(parts::text).unwrap_or_default();
                touch!(e, Content, e.content_index, Added(text))
            }
            E::ContentPartDone(e) | E::ReasoningPartDone(e) => {
                let text = e.part.as_deref().and_then(parts::text);
                touch!(e, Content, e.content_index, Done(text))
            }
            E::ContentPartDelta(e) => touch!(e, Content, e.content_index, Delta(&e.delta)),
            E::OutputTextDelta(e)
            | E::RefusalDelta(e)
            | E::ReasoningTextDelta(e)
            | E::ReasoningDelta(e) => touch!(e, Content, e.content_index, Delta(&e.delta)),
            E::OutputTextDone(e) | E::ReasoningTextDone(e) | E::ReasoningDone(e) => {
                touch!(e, Content, e.content_index, Text(&e.text))
            }
            E::RefusalDone(e) => touch!(e, Content, e.content_index, Text(&e.refusal)),
            E::OutputTextAnnotationAdded(e) => touch!(e, Content, e.content_index, Other),
            E::ReasoningSummaryPartAdded(e) => {
                let text = e
                    .part
                    .as_deref()
                    .and_then(SummaryPart::text)
                    .unwrap_or_default();
                touch!(e, Summary, e.summary_index, Added(text))
            }
            E::ReasoningSummaryPartDone(e) => {
                let text = e.part.as_deref().and_then(SummaryPart::text);
                touch!(e, Summary, e.summary_index, Done(text))
            }
            E::ReasoningSummaryTextDelta(e) | E::ReasoningSummaryDelta(e) => {
                touch!(e, Summary, e.summary_index, Delta(&e.delta))
            }
            E::ReasoningSummaryTextDone(e) | E::ReasoningSummaryDone(e) => {
                touch!(e, Summary, e.summary_index, Text(&e.text))
            }
            E::FunctionCallArgumentsDelta(e)
            | E::CustomToolCallInputDelta(e)
            | E::ApplyPatchCallOperationDiffDelta(e)
            | E::CodeInterpreterCallCodeDelta(e)
            | E::McpCallArgumentsDelta(e) => touch!(e, Whole, 0, Delta(&e.delta)),
            E::FunctionCallArgumentsDone(e) | E::McpCallArgumentsDone(e) => {
                touch!(e, Whole, 0, Text(&e.arguments))
            }
            E::CustomToolCallInputDone(e) => touch!(e, Whole, 0, Text(&e.input)),
            E::ApplyPatchCallOperationDiffDone(e) => touch!(e, Whole, 0, Text(&e.diff)),
            E::CodeInterpreterCallCodeDone(e) => touch!(e, Whole, 0, Text(&e.code)),
            E::ShellCallCommandAdded(e) => Touch {
                index: e.output_index,
                id: e.item_id.as_deref(),
                part: Some((Commands, e.command_index, Added(&e.command))),
            },
            E::ShellCallCommandDelta(e) => Touch {
                index: e.output_index,
                id: e.item_id.as_deref(),
                part: Some((Commands, e.command_index, Delta(&e.delta))),
            },
            E::ShellCallCommandDone(e) => Touch {
                index: e.output_index,
                id: e.item_id.as_deref(),
                part: Some((Commands, e.command_index, Text(&e.command))),
            },
            E::ShellCallOutputContentDelta(e) => Touch {
                index: e.output_index,
                id: e.item_id.as_deref(),
                part: None,
            },
            E::ShellCallOutputContentDone(e) => Touch {
                index: e.output_index,
                id: e.item_id.as_deref(),
                part: None,
            },
            E::WebSearchCallInProgress(e)
            | E::WebSearchCallSearching(e)
            | E::WebSearchCallCompleted(e)
            | E::XSearchCallInProgress(e)
            | E::XSearchCallSearching(e)
            | E::XSearchCallCompleted(e)
            | E::FileSearchCallInProgress(e)
            | E::FileSearchCallSearching(e)
            | E::FileSearchCallCompleted(e)
            | E::ImageGenerationCallInProgress(e)
            | E::ImageGenerationCallGenerating(e)
            | E::ImageGenerationCallCompleted(e)
            | E::CodeInterpreterCallInProgress(e)
            | E::CodeInterpreterCallInterpreting(e)
            | E::CodeInterpreterCallCompleted(e)
            | E::McpCallInProgress(e)
            | E::McpCallCompleted(e)
            | E::McpCallFailed(e)
            | E::McpListToolsInProgress(e)
            | E::McpListToolsCompleted(e)
            | E::McpListToolsFailed(e)
            | E::FusionCallInProgress(e)
            | E::FusionCallCompleted(e) => touch!(e),
            E::ImageGenerationCallPartialImage(e) => touch!(e),
            E::FusionCallPanelAdded(e) => touch!(e),
            E::FusionCallPanelDelta(e) | E::FusionCallPanelReasoningDelta(e) => touch!(e),
            E::FusionCallPanelCompleted(e) => touch!(e),
            E::FusionCallPanelFailed(e) => touch!(e),
            E::FusionCallAnalysisInProgress(e) => touch!(e),
            E::FusionCallAnalysisCompleted(e) => touch!(e),
            _ => return None,
        })
    }
}

/// Tells the texts of an item that deltas make, with the list and number of each.
pub(super) fn texts<'a>(item: &'a Item, mut tell: impl FnMut(List, u32, &'a str)) {
    match item {
        Item::Message(message) => {
            for (part, number) in message.parts().iter().zip(0..) {
                if let Some(text) = parts::text(part) {
                    tell(List::Content, number, text);
                }
            }
        }
        Item::Reasoning(reasoning) => {
            for (part, number) in reasoning.content.iter().flatten().zip(0..) {
                if let Some(text) = parts::text(part) {
                    tell(List::Content, number, text);
                }
            }
            for (part, number) in reasoning.summary.iter().flatten().zip(0..) {
                if let Some(text) = part.text() {
                    tell(List::Summary, number, text);
                }
            }
        }
        Item::FunctionCall(call) => tell(List::Whole, 0, &call.arguments),
        Item::CustomToolCall(call) => tell(List::Whole, 0, &call.input),
        Item::McpCall(call) => tell(List::Whole, 0, &call.arguments),
        Item::CodeInterpreterCall(call) => {
            if let Some(code) = &call.code {
                tell(List::Whole, 0, code);
            }
        }
        Item::ApplyPatchCall(call) => match &call.operation {
            Some(PatchOperation::CreateFile(operation)) => tell(List::Whole, 0, &operation.diff),
            Some(PatchOperation::UpdateFile(operation)) => tell(List::Whole, 0, &operation.diff),
            _ => {}
        },
        Item::ShellCall(call) => {
            let commands = call.action.iter().flat_map(|action| &action.commands);
            for (command, number) in commands.zip(0..) {
                tell(List::Commands, number, command);
            }
        }
        _ => {}
    }
}
