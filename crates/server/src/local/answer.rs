//! The model's text as it comes, told as events: a message, or a call of a function or a custom
//! tool.
//!
//! The grammar of [`super::grammar`] makes them easy to tell apart: a call starts with [`CALL`]
//! and nothing else does, and of a call only the arguments or the input are free.

use std::collections::VecDeque;

use orouter_local::FinishReason;
use orouter_wire::event::{
    ArgumentsDone, InputDone, ItemDelta, ItemEvent, PartEvent, ResponseEvent, TextDelta, TextDone,
};
use orouter_wire::item::ItemStatus;
use orouter_wire::{
    ContentPart, CustomToolCall, FunctionCall, IncompleteReason, Item, Message, MessageContent,
    OutputText, Raw, Response, ResponseStatus, StreamEvent, Usage,
};

use super::custom::custom_head;
use super::grammar::{CALL, CALL_END, call_head};
use super::tools::{Offer, split};
use crate::id::item_id;

/// Turns steps of the engine into events.
pub(super) struct Answer {
    state: State,
    /// The tools that can be called.
    tools: Vec<Callable>,
    /// Events that are ready.
    out: VecDeque<StreamEvent>,
}

/// A tool that can be called.
#[derive(Clone)]
struct Callable {
    /// The name that the model writes.
    name: String,
    /// The text that its call starts with.
    head: String,
    custom: bool,
}

enum State {
    /// Too little text to tell a call from a message.
    Undecided(String),
    /// A call of a tool that is not known yet.
    Head(String),
    Text(Text),
    Arguments(Arguments),
    Input(Input),
}

struct Text {
    id: String,
    text: String,
}

struct Arguments {
    id: String,
    call_id: String,
    /// The name that the model writes.
    name: String,
    arguments: String,
    /// A brace at the very end of what has come may be the end of the call.
    held: bool,
}

/// A call of a custom tool.
struct Input {
    id: String,
    call_id: String,
    /// The name that the model writes.
    name: String,
    input: String,
}

impl Answer {
    pub(super) fn new(offer: &Offer) -> Self {
        let functions = offer.functions.iter().map(|tool| Callable {
            name: tool.name.clone(),
            head: call_head(&tool.name),
            custom: false,
        });
        let customs = offer.customs.iter().map(|tool| Callable {
            name: tool.name.clone(),
            head: custom_head(&tool.name),
            custom: true,
        });
        Self {
            state: State::Undecided(String::new()),
            tools: functions.chain(customs).collect(),
            out: VecDeque::new(),
        }
    }

    /// The next event that is ready.
    pub(super) fn pop(&mut self) -> Option<StreamEvent> {
        self.out.pop_front()
    }

    /// Takes the next piece of text.
    pub(super) fn push(&mut self, piece: &str) {
        match &mut self.state {
            State::Undecided(seen) => {
                seen.push_str(piece);
                let seen = std::mem::take(seen);
                self.decide(seen);
            }
            State::Head(seen) => {
                seen.push_str(piece);
                let seen = std::mem::take(seen);
                self.name(seen);
            }
            State::Text(text) => {
                text.text.push_str(piece);
                self.out.push_back(text_delta(&text.id, piece));
            }
            State::Arguments(call) => call.push(piece, &mut self.out),
            State::Input(call) => call.push(piece, &mut self.out),
        }
    }

    fn decide(&mut self, seen: String) {
        if self.tools.is_empty() {
            return self.begin_text(&seen);
        }
        match seen.strip_prefix(CALL) {
            Some(rest) => self.name(rest.to_owned()),
            None if CALL.starts_with(&seen) => self.state = State::Undecided(seen),
            None => self.begin_text(&seen),
        }
    }

    fn name(&mut self, seen: String) {
        let found = self.tools.iter().find_map(|tool| {
            let rest = seen.strip_prefix(tool.head.as_str())?;
            Some((tool.clone(), rest.to_owned()))
        });
        match found {
            Some((tool, rest)) => self.begin_call(tool, &rest),
            None if self.tools.iter().any(|tool| tool.head.starts_with(&seen)) => {
                self.state = State::Head(seen);
            }
            None => self.begin_text(&format!("{CALL}{seen}")),
        }
    }

    fn begin_call(&mut self, tool: Callable, first: &str) {
        let call_id = item_id("call_");
        let added = |item: Item| StreamEvent::OutputItemAdded(ItemEvent::new(0, item));
        self.state = if tool.custom {
            let mut call = Input {
                id: item_id("ctc_"),
                call_id,
                name: tool.name,
                input: String::new(),
            };
            let item = call.item(ItemStatus::InProgress);
            self.out.push_back(added(item.into()));
            call.push(first, &mut self.out);
            State::Input(call)
        } else {
            let mut call = Arguments {
                id: item_id("fc_"),
                call_id,
                name: tool.name,
                arguments: String::new(),
                held: false,
            };
            let item = call.item(ItemStatus::InProgress);
            self.out.push_back(added(item.into()));
            call.push(first, &mut self.out);
            State::Arguments(call)
        };
    }

    fn begin_text(&mut self, first: &str) {
        let text = Text {
            id: item_id("msg_"),
            text: first.to_owned(),
        };
        let item = message(&text.id, None, ItemStatus::InProgress);
        self.out
            .push_back(StreamEvent::OutputItemAdded(ItemEvent::new(0, item)));
        let part = ContentPart::OutputText(OutputText::new(""));
        self.out
            .push_back(StreamEvent::ContentPartAdded(PartEvent::new(
                &text.id, 0, 0, part,
            )));
        if !first.is_empty() {
            self.out.push_back(text_delta(&text.id, first));
        }
        self.state = State::Text(text);
    }

    /// Takes the end: why it is over, and what it took.
    pub(super) fn finish(&mut self, reason: FinishReason, usage: Usage) {
        let mut whole = matches!(reason, FinishReason::Stop | FinishReason::StopString);
        if matches!(&self.state, State::Undecided(seen) if seen.is_empty()) {
            self.begin_text("");
        }
        match &mut self.state {
            // The beginning of a call that nobody can use.
            State::Undecided(_) | State::Head(_) => {}
            State::Text(text) => text.finish(whole, &mut self.out),
            State::Arguments(call) => {
                // The limit may be reached on the call's very last token.
                whole = reason == FinishReason::Stop || call.is_whole();
                call.finish(whole, &mut self.out);
            }
            State::Input(call) => call.finish(whole, &mut self.out),
        }
        self.out.push_back(last(usage, whole));
    }
}

impl Text {
    fn finish(&self, whole: bool, out: &mut VecDeque<StreamEvent>) {
        let part = OutputText::new(&self.text);
        let mut done = TextDone::new(&self.id, 0, 0, &self.text);
        done.logprobs = Some(Vec::new());
        out.push_back(StreamEvent::OutputTextDone(done));
        let event = PartEvent::new(&self.id, 0, 0, ContentPart::OutputText(part.clone()));
        out.push_back(StreamEvent::ContentPartDone(event));
        let item = message(&self.id, Some(part), end_status(whole));
        out.push_back(StreamEvent::OutputItemDone(ItemEvent::new(0, item)));
    }
}

impl Arguments {
    fn push(&mut self, piece: &str, out: &mut VecDeque<StreamEvent>) {
        if piece.is_empty() {
            return;
        }
        let mut delta = String::new();
        if std::mem::take(&mut self.held) {
            delta.push_str(CALL_END);
        }
        delta.push_str(piece);
        if delta.ends_with(CALL_END) {
            delta.truncate(delta.len() - CALL_END.len());
            self.held = true;
        }
        self.say(&delta, out);
    }

    fn say(&mut self, delta: &str, out: &mut VecDeque<StreamEvent>) {
        if !delta.is_empty() {
            self.arguments.push_str(delta);
            let event = ItemDelta::new(&self.id, 0, delta);
            out.push_back(StreamEvent::FunctionCallArgumentsDelta(event));
        }
    }

    /// Whether all of the call is there: its arguments are JSON, and the brace that ends the call
    /// has come.
    fn is_whole(&self) -> bool {
        self.held && self.arguments.parse::<Raw>().is_ok()
    }

    fn finish(&mut self, whole: bool, out: &mut VecDeque<StreamEvent>) {
        if std::mem::take(&mut self.held) && !whole {
            self.say(CALL_END, out);
        }
        let (_, own) = split(&self.name);
        let done = ArgumentsDone::new(&self.id, 0, own, &self.arguments);
        out.push_back(StreamEvent::FunctionCallArgumentsDone(done));
        let item = self.item(end_status(whole));
        out.push_back(StreamEvent::OutputItemDone(ItemEvent::new(0, item)));
    }

    fn item(&self, status: ItemStatus) -> FunctionCall {
        let (namespace, own) = split(&self.name);
        let mut call = FunctionCall::new(&self.call_id, own, &self.arguments);
        call.id = Some(self.id.clone());
        call.namespace = namespace.map(str::to_owned);
        call.status = Some(status);
        call
    }
}

impl Input {
    fn push(&mut self, piece: &str, out: &mut VecDeque<StreamEvent>) {
        if !piece.is_empty() {
            self.input.push_str(piece);
            let event = ItemDelta::new(&self.id, 0, piece);
            out.push_back(StreamEvent::CustomToolCallInputDelta(event));
        }
    }

    fn finish(&self, whole: bool, out: &mut VecDeque<StreamEvent>) {
        let done = InputDone::new(&self.id, 0, &self.input);
        out.push_back(StreamEvent::CustomToolCallInputDone(done));
        let item = self.item(end_status(whole));
        out.push_back(StreamEvent::OutputItemDone(ItemEvent::new(0, item)));
    }

    fn item(&self, status: ItemStatus) -> CustomToolCall {
        let (namespace, own) = split(&self.name);
        let mut call = CustomToolCall::new(&self.call_id, own, &self.input);
        call.id = Some(self.id.clone());
        call.namespace = namespace.map(str::to_owned);
        call.status = Some(status);
        call
    }
}

fn message(id: &str, part: Option<OutputText>, status: ItemStatus) -> Message {
    let parts: Vec<ContentPart> = part.into_iter().map(ContentPart::OutputText).collect();
    Message::assistant(MessageContent::Parts(parts))
        .id(id)
        .status(status)
}

fn text_delta(id: &str, delta: &str) -> StreamEvent {
    let mut event = TextDelta::new(id, 0, 0, delta);
    event.logprobs = Some(Vec::new());
    StreamEvent::OutputTextDelta(event)
}

fn end_status(whole: bool) -> ItemStatus {
    if whole {
        ItemStatus::Completed
    } else {
        ItemStatus::Incomplete
    }
}

fn last(usage: Usage, whole: bool) -> StreamEvent {
    let mut response = Response::default();
    response.usage = Some(usage);
    if whole {
        response.status = ResponseStatus::Completed;
        StreamEvent::Completed(ResponseEvent::new(response))
    } else {
        response.status = ResponseStatus::Incomplete;
        response.incomplete_details = Some(IncompleteReason::MaxOutputTokens.into());
        StreamEvent::Incomplete(ResponseEvent::new(response))
    }
}

#[cfg(test)]
mod tests {
    use orouter_wire::assemble::Assembler;

    use super::super::schema::Schema;
    use super::super::tools::{Custom, Format, Function};
    use super::*;

    fn offer() -> Offer {
        let function = |name: &str| Function {
            name: name.to_owned(),
            description: None,
            parameters: Schema::any_object("tools[0].parameters"),
        };
        Offer {
            functions: vec![function("get"), function("get_all"), function("ns.get")],
            customs: vec![Custom {
                name: "ns.patch".to_owned(),
                description: None,
                format: Format::Text,
                path: String::new(),
            }],
            must_call: false,
        }
    }

    /// The item that comes of this text in these pieces, and how the answer ended.
    fn answered(offer: &Offer, pieces: &[&str], reason: FinishReason) -> (Option<Item>, String) {
        let mut answer = Answer::new(offer);
        let mut assembler = Assembler::new();
        for piece in pieces {
            answer.push(piece);
        }
        answer.finish(reason, Usage::new(1, 1));
        let mut last = String::new();
        let mut deltas = String::new();
        while let Some(event) = answer.pop() {
            if let StreamEvent::FunctionCallArgumentsDelta(event) = &event {
                deltas.push_str(&event.delta);
            }
            last = event.kind().to_owned();
            assembler.push(&event);
        }
        let item = assembler.snapshot().output.first().cloned();
        if let Some(Item::FunctionCall(call)) = &item {
            assert_eq!(deltas, call.arguments);
        }
        (item, last)
    }

    fn call(text: &str, reason: FinishReason) -> (String, String, ItemStatus) {
        let mut seen = Vec::new();
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (before, after) = text.split_at(at);
            let (item, last) = answered(&offer(), &[before, after], reason);
            let Some(Item::FunctionCall(call)) = item else {
                panic!("{item:?}")
            };
            let status = call.status.clone().expect("a status");
            assert_eq!(last.ends_with("completed"), status == ItemStatus::Completed);
            seen.push((call.name, call.arguments, status));
        }
        seen.dedup();
        assert_eq!(
            seen.len(),
            1,
            "it does not matter where the text is cut: {seen:?}"
        );
        seen.remove(0)
    }

    #[test]
    fn a_call_is_told_from_text_however_it_is_cut() {
        let text = "<tool_call>\n{\"name\": \"get_all\", \"arguments\": {\"a\": {\"b\": \"}}é\"}}}";
        let (name, arguments, status) = call(text, FinishReason::Stop);
        assert_eq!((name.as_str(), status), ("get_all", ItemStatus::Completed));
        assert_eq!(arguments, "{\"a\": {\"b\": \"}}é\"}}");
        // The limit was reached with the very last token.
        assert_eq!(call(text, FinishReason::Length).2, ItemStatus::Completed);
    }

    #[test]
    fn a_call_cut_short_keeps_what_there_is() {
        let text = "<tool_call>\n{\"name\": \"get\", \"arguments\": {\"a\": {}";
        let (name, arguments, status) = call(text, FinishReason::Length);
        assert_eq!((name.as_str(), status), ("get", ItemStatus::Incomplete));
        assert_eq!(arguments, "{\"a\": {}");
        let (item, last) = answered(&offer(), &["<tool_call>\n{\"na"], FinishReason::Length);
        assert_eq!((item, last.as_str()), (None, "response.incomplete"));
    }

    #[test]
    fn a_call_of_a_custom_tool_has_its_text_and_its_namespace() {
        let text = "<tool_call>\n{\"name\": \"ns.patch\"}\n*** {\"a\"}\né}";
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (before, after) = text.split_at(at);
            let (item, last) = answered(&offer(), &[before, after], FinishReason::Stop);
            let Some(Item::CustomToolCall(call)) = item else {
                panic!("{item:?}")
            };
            assert_eq!(call.namespace.as_deref(), Some("ns"));
            assert_eq!(
                (call.name.as_str(), call.input.as_str(), last.as_str()),
                ("patch", "*** {\"a\"}\né}", "response.completed")
            );
        }
        let cut = "<tool_call>\n{\"name\": \"ns.patch\"}\nab";
        let (item, last) = answered(&offer(), &[cut], FinishReason::Length);
        let Some(Item::CustomToolCall(call)) = item else {
            panic!("{item:?}")
        };
        assert_eq!(call.status, Some(ItemStatus::Incomplete));
        assert_eq!(last, "response.incomplete");
        let call = "<tool_call>\n{\"name\": \"ns.get\", \"arguments\": {}}";
        let (item, _) = answered(&offer(), &[call], FinishReason::Stop);
        let Some(Item::FunctionCall(call)) = item else {
            panic!("{item:?}")
        };
        assert_eq!(
            (call.namespace.as_deref(), call.name.as_str()),
            (Some("ns"), "get")
        );
    }

    #[test]
    fn text_is_text() {
        for pieces in [&["Hello"][..], &["<", "b>Hi"], &["<tool", " box>"], &[]] {
            let (item, last) = answered(&offer(), pieces, FinishReason::Stop);
            let Some(Item::Message(message)) = item else {
                panic!("{item:?}")
            };
            assert_eq!(
                (message.text(), last.as_str()),
                (pieces.concat(), "response.completed")
            );
        }
        let none = Offer::default();
        let pieces = ["<tool_call>\n", "{\"name\": \"get\", \"arguments\": {}}"];
        let (item, last) = answered(&none, &pieces, FinishReason::Length);
        let Some(Item::Message(message)) = item else {
            panic!("{item:?}")
        };
        assert_eq!(
            (message.text(), last.as_str()),
            (pieces.concat(), "response.incomplete")
        );
        assert_eq!(message.status, Some(ItemStatus::Incomplete));
    }
}
