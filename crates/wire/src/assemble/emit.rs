//! A response to events: the whole sequence with which it would have been streamed.

use std::collections::VecDeque;
use std::iter::FusedIterator;

use crate::content::ContentPart;
use crate::event::kind::Kind;
use crate::event::payload::grown_text;
use crate::event::{
    AnnotationEvent, ArgumentsDone, CodeDone, DiffDone, InputDone, ItemDelta, ItemEvent,
    ItemProgress, PartEvent, RefusalDone, ResponseEvent, ShellCommandDelta, ShellCommandEvent,
    StreamEvent, SummaryPartEvent, SummaryTextDelta, SummaryTextDone, TextDelta, TextDone,
};
use crate::item::{Item, ItemStatus, MessageContent, SummaryPart};
use crate::response::{Response, ResponseStatus};

use super::parts;

/// The events with which a response is streamed: `response.created`, `response.in_progress`,
/// every item with its parts and their text, and the event that its status ends with.
///
/// The events keep all rules of the protocol, and the [`Assembler`](super::Assembler) builds the
/// same response from them. For that, an item without an id is given one, a message's plain string becomes a part, and a response that says neither
/// that it ended nor why is taken to be completed. Each text comes in one delta. A cancelled
/// response ends with `response.cancelled`, which the specification does not know.
///
/// ```
/// use orouter_wire::assemble::events_of;
/// use orouter_wire::{Message, Response, StreamEvent};
///
/// let mut response = Response::new("resp_1", "some/model");
/// response.output = vec![Message::assistant("Hello").into()];
/// let kinds: Vec<String> = events_of(&response).map(|event| event.kind().to_owned()).collect();
/// assert_eq!(
///     kinds,
///     [
///         "response.created",
///         "response.in_progress",
///         "response.output_item.added",
///         "response.content_part.added",
///         "response.output_text.delta",
///         "response.output_text.done",
///         "response.content_part.done",
///         "response.output_item.done",
///         "response.completed",
///     ]
/// );
/// ```
pub fn events_of(response: &Response) -> Events {
    let mut response = response.clone();
    for (at, item) in response.output.iter_mut().enumerate() {
        if let Item::Message(message) = item {
            if matches!(message.content, Some(MessageContent::Text(_)) | None) {
                parts::make_list(message);
            }
        }
        if item.id().is_none_or(str::is_empty) {
            item.set_id(format!("{}_item_{at}", response.id));
        }
    }
    if !response.is_finished() {
        response.status = match (&response.error, &response.incomplete_details) {
            (Some(_), _) => ResponseStatus::Failed,
            (None, Some(_)) => ResponseStatus::Incomplete,
            (None, None) => ResponseStatus::Completed,
        };
    }
    Events {
        response,
        next: Next::Created,
        queue: VecDeque::new(),
        sequence: 0,
    }
}

/// The iterator that [`events_of`] gives. One item's events at a time are held.
#[derive(Clone, Debug)]
pub struct Events {
    response: Response,
    next: Next,
    queue: VecDeque<StreamEvent>,
    sequence: u32,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    Created,
    InProgress,
    Item(usize),
    Over,
}

impl Iterator for Events {
    type Item = StreamEvent;

    fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                let number = self.sequence;
                self.sequence = number.saturating_add(1);
                return Some(event.numbered(number));
            }
            self.next = match self.next {
                Next::Created => {
                    let begun = self.begun();
                    self.queue.push_back(StreamEvent::Created(begun));
                    Next::InProgress
                }
                Next::InProgress => {
                    let begun = self.begun();
                    self.queue.push_back(StreamEvent::InProgress(begun));
                    Next::Item(0)
                }
                Next::Item(at) => match self.response.output.get(at) {
                    Some(item) => {
                        let index = u32::try_from(at).unwrap_or(u32::MAX);
                        item_events(item, index, &mut self.queue);
                        Next::Item(at + 1)
                    }
                    None => {
                        let event = ResponseEvent::new(std::mem::take(&mut self.response));
                        self.queue.push_back(ending(event));
                        Next::Over
                    }
                },
                Next::Over => return None,
            };
        }
    }
}

impl FusedIterator for Events {}

impl Events {
    /// The response as it was before anything was made.
    fn begun(&mut self) -> ResponseEvent {
        let output = std::mem::take(&mut self.response.output);
        let mut response = self.response.clone();
        self.response.output = output;
        response.status = ResponseStatus::InProgress;
        response.completed_at = None;
        response.error = None;
        response.error_type = None;
        response.incomplete_details = None;
        response.output_text = None;
        response.usage = None;
        response.openrouter_metadata = None;
        ResponseEvent::new(response)
    }
}

fn ending(event: ResponseEvent) -> StreamEvent {
    let status = event.response.as_ref().map(|response| &response.status);
    match status {
        Some(ResponseStatus::Incomplete) => StreamEvent::Incomplete(event),
        Some(ResponseStatus::Failed) => StreamEvent::Failed(event),
        Some(ResponseStatus::Cancelled) => StreamEvent::Cancelled(event),
        _ => StreamEvent::Completed(event),
    }
}

/// Returns the events with which one item is streamed, from `response.output_item.added` to
/// `response.output_item.done`, without sequence numbers.
///
/// A message's content has to be a list of parts; a plain string is not streamed in deltas.
///
/// ```
/// use orouter_wire::assemble::events_of_item;
/// use orouter_wire::{FunctionCall, Item};
///
/// let call = Item::from(FunctionCall::new("call_1", "now", "{}"));
/// let kinds: Vec<String> = events_of_item(&call, 2).iter().map(|event| event.kind().to_owned()).collect();
/// assert_eq!(
///     kinds,
///     [
///         "response.output_item.added",
///         "response.function_call_arguments.delta",
///         "response.function_call_arguments.done",
///         "response.output_item.done",
///     ]
/// );
/// ```
#[must_use]
pub fn events_of_item(item: &Item, output_index: u32) -> Vec<StreamEvent> {
    let mut events = VecDeque::new();
    item_events(item, output_index, &mut events);
    events.into()
}

/// The events of one item.
fn item_events(item: &Item, index: u32, out: &mut VecDeque<StreamEvent>) {
    let id = item.id().unwrap_or_default();
    let delta = |text: &str| ItemDelta::new(id, index, text);
    let mut added = item.clone();
    let at = out.len();
    match (item, &mut added) {
        (Item::Message(message), Item::Message(added)) => {
            added.content = Some(MessageContent::Parts(Vec::new()));
            for (part, number) in message.parts().iter().zip(0..) {
                part_events(part, id, index, number, out);
            }
        }
        (Item::Reasoning(reasoning), Item::Reasoning(added)) => {
            added.content = reasoning.content.as_ref().map(|_| Vec::new());
            added.summary = reasoning.summary.as_ref().map(|_| Vec::new());
            added.encrypted_content = None;
            for (part, number) in reasoning.summary.iter().flatten().zip(0..) {
                summary_events(part, id, index, number, out);
            }
            for (part, number) in reasoning.content.iter().flatten().zip(0..) {
                part_events(part, id, index, number, out);
            }
        }
        (Item::FunctionCall(call), Item::FunctionCall(added)) => {
            added.arguments.clear();
            if !call.arguments.is_empty() {
                out.push_back(StreamEvent::FunctionCallArgumentsDelta(delta(
                    &call.arguments,
                )));
            }
            out.push_back(StreamEvent::FunctionCallArgumentsDone(ArgumentsDone::new(
                id,
                index,
                call.name.clone(),
                call.arguments.clone(),
            )));
        }
        (Item::CustomToolCall(call), Item::CustomToolCall(added)) => {
            added.input.clear();
            if !call.input.is_empty() {
                out.push_back(StreamEvent::CustomToolCallInputDelta(delta(&call.input)));
            }
            let done = InputDone::new(id, index, call.input.clone());
            out.push_back(StreamEvent::CustomToolCallInputDone(done));
        }
        (Item::McpCall(call), Item::McpCall(added)) => {
            added.arguments.clear();
            added.output = None;
            added.error = None;
            progress_events(Kind::McpCall, &[ItemStatus::InProgress], id, index, out);
            if !call.arguments.is_empty() {
                out.push_back(StreamEvent::McpCallArgumentsDelta(delta(&call.arguments)));
            }
            let mut done = ArgumentsDone::new(id, index, "", call.arguments.clone());
            done.name = None;
            out.push_back(StreamEvent::McpCallArgumentsDone(done));
            let failed = call.error.is_some() || call.status == Some(ItemStatus::Failed);
            progress_events(Kind::McpCall, &[outcome(failed)], id, index, out);
        }
        (Item::McpListTools(list), Item::McpListTools(added)) => {
            added.tools.clear();
            added.error = None;
            let statuses = [ItemStatus::InProgress, outcome(list.error.is_some())];
            progress_events(Kind::McpListTools, &statuses, id, index, out);
        }
        (Item::CodeInterpreterCall(call), Item::CodeInterpreterCall(added)) => {
            added.code = call.code.as_ref().map(|_| String::new());
            added.outputs = None;
            let kind = Kind::CodeInterpreterCall;
            progress_events(kind, &[ItemStatus::InProgress], id, index, out);
            if let Some(code) = &call.code {
                if !code.is_empty() {
                    out.push_back(StreamEvent::CodeInterpreterCallCodeDelta(delta(code)));
                }
                let done = CodeDone::new(id, index, code);
                out.push_back(StreamEvent::CodeInterpreterCallCodeDone(done));
            }
            let statuses = [ItemStatus::Interpreting, ItemStatus::Completed];
            progress_events(kind, &statuses, id, index, out);
        }
        (Item::ApplyPatchCall(call), Item::ApplyPatchCall(added)) => {
            if let Some(diff) = added.operation.as_mut().and_then(parts::diff_mut) {
                diff.clear();
            }
            if let Some(diff) = call.operation.clone().as_mut().and_then(parts::diff_mut) {
                if !diff.is_empty() {
                    out.push_back(StreamEvent::ApplyPatchCallOperationDiffDelta(delta(diff)));
                }
                let done = DiffDone::new(id, index, std::mem::take(diff));
                out.push_back(StreamEvent::ApplyPatchCallOperationDiffDone(done));
            }
        }
        (Item::ShellCall(call), Item::ShellCall(added)) => {
            if let Some(action) = &mut added.action {
                action.commands.clear();
            }
            let commands = call.action.iter().flat_map(|action| &action.commands);
            for (command, number) in commands.zip(0..) {
                command_events(command, id, index, number, out);
            }
        }
        (Item::WebSearchCall(_), _) => {
            progress_events(Kind::WebSearchCall, &SUCCESS, id, index, out);
        }
        (Item::XSearchCall(_), _) => {
            progress_events(Kind::XSearchCall, &SUCCESS, id, index, out);
        }
        (Item::FileSearchCall(_), Item::FileSearchCall(added)) => {
            added.results = None;
            progress_events(Kind::FileSearchCall, &SUCCESS, id, index, out);
        }
        (Item::ImageGenerationCall(_), Item::ImageGenerationCall(added)) => {
            added.result = None;
            progress_events(Kind::ImageGenerationCall, &SUCCESS, id, index, out);
        }
        _ => {}
    }
    if added.status().is_some() {
        added.set_status(ItemStatus::InProgress);
    }
    out.insert(
        at,
        StreamEvent::OutputItemAdded(ItemEvent::new(index, added)),
    );
    out.push_back(StreamEvent::OutputItemDone(ItemEvent::new(
        index,
        item.clone(),
    )));
}

/// The statuses of a search or an image that succeeds.
const SUCCESS: [ItemStatus; 4] = [
    ItemStatus::InProgress,
    ItemStatus::Searching,
    ItemStatus::Generating,
    ItemStatus::Completed,
];

fn outcome(failed: bool) -> ItemStatus {
    if failed {
        ItemStatus::Failed
    } else {
        ItemStatus::Completed
    }
}

/// The events that tell these statuses of an item, in the order of the event table. A status that
/// no event tells for this kind of item is left out.
fn progress_events(
    kind: Kind,
    statuses: &[ItemStatus],
    id: &str,
    index: u32,
    out: &mut VecDeque<StreamEvent>,
) {
    let rows = StreamEvent::progress_of(kind);
    for row in rows.filter(|row| statuses.contains(&row.status)) {
        out.push_back((row.event)(ItemProgress::new(id, index)));
    }
}

/// The events of one part of a message, or of reasoning.
fn part_events(
    part: &ContentPart,
    id: &str,
    index: u32,
    number: u32,
    out: &mut VecDeque<StreamEvent>,
) {
    // A part whose text no delta adds to begins with it.
    let has_deltas = matches!(
        part,
        ContentPart::OutputText(_)
            | ContentPart::Text(_)
            | ContentPart::Refusal(_)
            | ContentPart::ReasoningText(_)
    );
    let mut blank = part.clone();
    if let Some(text) = parts::text_mut(&mut blank).filter(|_| has_deltas) {
        text.clear();
    }
    if let ContentPart::OutputText(blank) = &mut blank {
        blank.annotations = blank.annotations.take().map(|_| Vec::new());
        blank.logprobs = blank.logprobs.take().map(|_| Vec::new());
    }
    let event = |part| PartEvent::new(id, index, number, part);
    out.push_back(StreamEvent::ContentPartAdded(event(blank)));
    let text = grown_text(part).unwrap_or_default();
    let delta = || TextDelta::new(id, index, number, text);
    let done = || TextDone::new(id, index, number, text);
    match part {
        ContentPart::OutputText(part) => {
            if !text.is_empty() {
                let mut delta = delta();
                delta.logprobs = Some(part.logprobs.clone().unwrap_or_default());
                out.push_back(StreamEvent::OutputTextDelta(delta));
            }
            for (annotation, at) in part.annotations.iter().flatten().zip(0..) {
                let event = AnnotationEvent::new(id, index, number, at, annotation.clone());
                out.push_back(StreamEvent::OutputTextAnnotationAdded(event));
            }
            let mut done = done();
            done.logprobs = Some(part.logprobs.clone().unwrap_or_default());
            out.push_back(StreamEvent::OutputTextDone(done));
        }
        ContentPart::Text(_) => {
            if !text.is_empty() {
                let mut delta = delta();
                delta.logprobs = Some(Vec::new());
                out.push_back(StreamEvent::OutputTextDelta(delta));
            }
            let mut done = done();
            done.logprobs = Some(Vec::new());
            out.push_back(StreamEvent::OutputTextDone(done));
        }
        ContentPart::Refusal(_) => {
            if !text.is_empty() {
                out.push_back(StreamEvent::RefusalDelta(delta()));
            }
            let done = RefusalDone::new(id, index, number, text);
            out.push_back(StreamEvent::RefusalDone(done));
        }
        ContentPart::ReasoningText(_) => {
            if !text.is_empty() {
                out.push_back(StreamEvent::ReasoningTextDelta(delta()));
            }
            out.push_back(StreamEvent::ReasoningTextDone(done()));
        }
        _ => {}
    }
    out.push_back(StreamEvent::ContentPartDone(event(part.clone())));
}

/// The events of one part of a reasoning summary.
fn summary_events(
    part: &SummaryPart,
    id: &str,
    index: u32,
    number: u32,
    out: &mut VecDeque<StreamEvent>,
) {
    let Some(text) = part.text() else {
        let event = || SummaryPartEvent::new(id, index, number, part.clone());
        out.push_back(StreamEvent::ReasoningSummaryPartAdded(event()));
        out.push_back(StreamEvent::ReasoningSummaryPartDone(event()));
        return;
    };
    let mut blank = part.clone();
    if let Some(text) = blank.text_mut() {
        text.clear();
    }
    out.push_back(StreamEvent::ReasoningSummaryPartAdded(
        SummaryPartEvent::new(id, index, number, blank),
    ));
    if !text.is_empty() {
        let delta = SummaryTextDelta::new(id, index, number, text);
        out.push_back(StreamEvent::ReasoningSummaryTextDelta(delta));
    }
    let done = SummaryTextDone::new(id, index, number, text);
    out.push_back(StreamEvent::ReasoningSummaryTextDone(done));
    let event = SummaryPartEvent::new(id, index, number, part.clone());
    out.push_back(StreamEvent::ReasoningSummaryPartDone(event));
}

/// The events of one command of a shell call.
fn command_events(
    command: &str,
    id: &str,
    index: u32,
    number: u32,
    out: &mut VecDeque<StreamEvent>,
) {
    let event = |command: &str| ShellCommandEvent {
        item_id: Some(id.to_owned()),
        output_index: index,
        command_index: number,
        command: command.to_owned(),
        ..ShellCommandEvent::default()
    };
    out.push_back(StreamEvent::ShellCallCommandAdded(event("")));
    if !command.is_empty() {
        out.push_back(StreamEvent::ShellCallCommandDelta(ShellCommandDelta {
            item_id: Some(id.to_owned()),
            output_index: index,
            command_index: number,
            delta: command.to_owned(),
            ..ShellCommandDelta::default()
        }));
    }
    out.push_back(StreamEvent::ShellCallCommandDone(event(command)));
}
