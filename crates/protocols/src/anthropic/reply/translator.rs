//! [`Translator`]: the events of a reply of Anthropic Messages to events of the Responses API.

use std::sync::Arc;

use orouter_wire::{Raw, Response, StreamEvent};

use super::blocks::Blocks;
use super::model::{Content, Event, Message, StopDetails};
use super::usage::Counts;
use crate::output::{Finish, ReplyContext, failure, is_harmless, terminal};
use crate::reply::{StreamTranslator, UpstreamEvent};
use crate::tolerant::Label;

/// Text of a refusal for which the provider gives no explanation.
const REFUSAL: &str = "The model refused to continue.";

/// Turns the events of one reply into events of the Responses API.
///
/// The reply ends at `message_stop`, at `[DONE]`, or at the end of the stream if a stop reason has
/// come. A reply without a stop reason is complete only if `message_stop` or `[DONE]` ends it, it has
/// text or calls, and the input of its calls is complete. Otherwise it was cut, and no terminal event
/// follows.
///
/// A second `message_start` of the same message changes nothing. That of another message, while the
/// first one has content, is a failure: a gateway has begun the reply anew, and the client has parts
/// of the first one.
///
/// An event that begins like JSON and cannot be read is a failure: its text or calls are lost. Events
/// of unknown types are left out.
#[derive(Debug)]
pub(super) struct Translator {
    blocks: Blocks,
    counts: Counts,
    id: Option<String>,
    model: Option<String>,
    stop: Option<(Finish, String)>,
    /// The stop reason at the beginning of the message. It counts if no other comes.
    first_stop: Option<(Finish, String)>,
    details: Option<Box<StopDetails>>,
    /// `true` after data that cannot be read.
    is_damaged: bool,
    ended: bool,
}

impl Translator {
    /// Creates a translator for the reply to a request.
    pub(super) fn new(context: Arc<ReplyContext>) -> Self {
        Self {
            blocks: Blocks::new(context),
            counts: Counts::default(),
            id: None,
            model: None,
            stop: None,
            first_stop: None,
            details: None,
            is_damaged: false,
            ended: false,
        }
    }

    fn event(&mut self, event: Event, name: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        if let Some(error) = event.error.as_ref().filter(|error| failure::reports(error)) {
            self.fail(failure::nested(error, &event.extra), events);
            return;
        }
        let kind = event.r#type.as_ref().map_or(name, |kind| kind.as_str());
        match kind {
            "message_start" => {
                if let Some(message) = event.message {
                    self.start(*message, events);
                }
            }
            "content_block_start" => {
                if let Some(block) = event.content_block {
                    self.blocks.start(event.index, *block, events);
                }
            }
            "content_block_delta" => {
                if let Some(delta) = event.delta {
                    self.blocks.delta(event.index, delta, events);
                }
            }
            "content_block_stop" => self.blocks.stop(event.index, events),
            "message_delta" => {
                if let Some(usage) = event.usage {
                    self.counts.add(&usage);
                }
                if let Some(delta) = event.delta {
                    let word = delta.stop_reason.as_ref().map(Label::as_str);
                    self.set_stop(word, delta.stop_details);
                }
            }
            "message_stop" => {
                if let Some(usage) = event.usage {
                    self.counts.add(&usage);
                }
                self.finish(true, events);
                // Nothing may follow, whether the reply is complete or not.
                self.ended = true;
            }
            "message" => self.whole_event(data, events),
            "ping" => {}
            kind => {
                let failed = name.eq_ignore_ascii_case("error") || kind.contains("error");
                if failed || failure::is_flat(&event.extra) {
                    self.fail(failure::flat(data), events);
                }
            }
        }
        if let Some(reason) = self.blocks.excess().filter(|_| !self.ended) {
            self.fail(failure::own(reason), events);
        }
    }

    /// Takes the beginning of a message.
    fn start(&mut self, message: Message, events: &mut Vec<UpstreamEvent>) {
        if let Some(error) = message
            .error
            .as_ref()
            .filter(|error| failure::reports(error))
        {
            self.fail(failure::nested(error, &message.extra), events);
            return;
        }
        let is_other = self.id.is_some() && message.id.is_some() && self.id != message.id;
        if is_other {
            if !self.blocks.is_empty() {
                let reason = "the provider began another message before this one ended";
                self.fail(failure::own(reason.to_owned()), events);
                return;
            }
            self.blocks.clear();
        }
        let word = message
            .stop_reason
            .as_ref()
            .map_or("", |word| word.as_str());
        if let Some(finish) = Finish::from_word(word) {
            self.first_stop = Some((finish, word.to_owned()));
        }
        self.set_head(&message);
        if let Some(usage) = &message.usage {
            self.counts.add_first(usage);
        }
        if self.blocks.is_empty() {
            let blocks = message.content.map(Content::into_blocks);
            for (index, block) in (0..).zip(blocks.into_iter().flatten()) {
                self.blocks.add_given(index, block, events);
            }
        }
    }

    fn set_head(&mut self, message: &Message) {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        self.id = filled(&message.id).or(self.id.take());
        self.model = self.model.take().or_else(|| filled(&message.model));
    }

    fn set_stop(&mut self, word: Option<&str>, details: Option<Box<StopDetails>>) {
        let word = word.unwrap_or_default();
        if let Some(finish) = Finish::from_word(word) {
            self.stop = Some((finish, word.to_owned()));
        }
        self.details = details.or(self.details.take());
    }

    /// Takes a whole message that comes as one event.
    fn whole_event(&mut self, data: &str, events: &mut Vec<UpstreamEvent>) {
        if let Ok(message) = orouter_wire::from_str::<Message>(data)
            && self.blocks.is_empty()
        {
            self.message(message, events);
        }
    }

    /// Takes a whole message.
    pub(super) fn message(&mut self, message: Message, events: &mut Vec<UpstreamEvent>) {
        self.set_head(&message);
        if let Some(usage) = &message.usage {
            self.counts.add(usage);
        }
        let word = message.stop_reason.as_ref().map(Label::as_str);
        self.set_stop(word, message.stop_details);
        let blocks = message.content.map(Content::into_blocks);
        for (index, block) in (0..).zip(blocks.into_iter().flatten()) {
            self.blocks.add_whole(index, block, events);
            if let Some(reason) = self.blocks.excess() {
                self.fail(failure::own(reason), events);
                return;
            }
        }
    }

    /// Ends the reply with a failure.
    pub(super) fn fail(&mut self, event: StreamEvent, events: &mut Vec<UpstreamEvent>) {
        self.ended = true;
        events.push(event.into());
    }

    /// Ends the reply. If it has no stop reason, it is complete only if `marked`, that is, if a mark
    /// at its end tells that nothing is missing. Returns `false` if the reply was cut.
    pub(super) fn finish(&mut self, marked: bool, events: &mut Vec<UpstreamEvent>) -> bool {
        if self.ended {
            return true;
        }
        let first = self.first_stop.take().filter(|_| marked);
        let (finish, word) = match self.stop.take().or(first) {
            Some(stop) => stop,
            None => {
                if !marked || self.is_damaged || !self.blocks.is_whole_answer() {
                    return false;
                }
                (Finish::Completed, String::new())
            }
        };
        self.ended = true;
        let details = self.details.take().unwrap_or_default();
        let explanation = details.explanation.filter(|text| !text.is_empty());
        let refusal =
            (finish == Finish::Filtered).then(|| explanation.unwrap_or_else(|| REFUSAL.to_owned()));
        let mut response = Response::default();
        let complete = finish == Finish::Completed;
        response.output = self.blocks.end(complete, refusal, events);
        response.model = self.model.take().unwrap_or_default();
        response.service_tier = self.counts.service_tier();
        response.usage = self.counts.usage();
        let mut last = terminal(response, finish, &word);
        if finish == Finish::Filtered
            && let Some(category) = details.category
            && let StreamEvent::Incomplete(event) = &mut last
            && let Some(response) = &mut event.response
            && let Some(reason) = &mut response.incomplete_details
        {
            reason.extra.insert("category", Raw::from_wire(&category));
        }
        events.push(last.into());
        true
    }
}

impl StreamTranslator for Translator {
    fn frame(&mut self, name: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        if self.ended {
            return;
        }
        let data = data.trim();
        if data == "[DONE]" {
            self.finish(true, events);
            self.ended = true;
            return;
        }
        if !data.starts_with('{') {
            if name.eq_ignore_ascii_case("error") && !data.is_empty() {
                self.fail(failure::flat(data), events);
            }
            self.is_damaged |= !is_harmless(data);
            return;
        }
        let Ok(event) = orouter_wire::from_str::<Event>(data) else {
            let message = "an event of the provider's stream is not JSON";
            self.fail(failure::own(message.to_owned()), events);
            return;
        };
        self.event(event, name, data, events);
    }

    fn end(&mut self, _: bool, events: &mut Vec<UpstreamEvent>) {
        self.finish(false, events);
        self.ended = true;
    }
}
