//! [`ChatChunks`]: the events of a response as chunks.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use orouter_wire::json::Writer;
use orouter_wire::{
    ContentPart, ErrorBody, Item, Logprob, Raw, ReasoningItem, Response, StreamEvent,
};

use super::blocks::{Part, Place, Reasoning};
use super::calls::{Call, Delta, whole_text};
use super::finish::{self, ERROR};
use super::message::{
    citation, write_audio, write_citation, write_image, write_logprobs, write_value,
};
use super::reasoning::{Detail, PARAGRAPH, encrypted, filled, signature_of};
use super::{ReplyHead, ReplyOptions, usage};

/// Turns the events of one response into the frames of a stream of chunks.
///
/// The events must follow the rules of a stream, as those have that a [`Repair`](crate::Repair)
/// made: the deltas of a text are its whole text. The end of the stream, `[DONE]`, is not among the
/// frames.
///
/// ```
/// use orouter_protocols::chat_client::{ChatChunks, ReplyHead, ReplyOptions};
/// use orouter_wire::{StreamEvent, TextDelta};
///
/// let head = ReplyHead { id: "gen-1", model: "a/b", provider: "acme", created: 7 };
/// let mut chunks = ChatChunks::new(&head, ReplyOptions::default());
/// let mut frames = Vec::new();
/// let event = StreamEvent::OutputTextDelta(TextDelta::new("msg_1", 0, 0, "Hi"));
/// chunks.event(&event, &mut |frame| frames.push(frame));
/// assert_eq!(
///     frames[0],
///     "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"a/b\",\
///      \"provider\":\"acme\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\
///      \"content\":\"Hi\"},\"finish_reason\":null,\"native_finish_reason\":null}]}\n\n"
/// );
/// ```
#[derive(Debug)]
pub struct ChatChunks {
    /// The beginning of every frame, up to the members that all chunks have.
    head: Bytes,
    options: ReplyOptions,
    /// `true` once a chunk has been made.
    begun: bool,
    calls: Vec<OpenCall>,
    /// Number of calls so far.
    call_count: u64,
    reasoning: Reasoning,
    /// Sources of the message that is open: item, part, number.
    sources: Option<(u32, u32, usize)>,
    images: u64,
}

/// A call whose arguments are being sent.
#[derive(Debug)]
struct OpenCall {
    output_index: u32,
    /// Number of the call among all calls.
    index: u64,
    is_custom: bool,
    /// Number of bytes of the arguments that have been sent.
    sent: usize,
    /// The data for the provider that has been sent.
    extra_content: Option<Raw>,
}

/// Receives frames.
type Send<'a> = &'a mut dyn FnMut(Bytes);

/// The last members of a chunk.
#[derive(Clone, Copy, Default)]
struct Tail<'a> {
    logprobs: &'a [Logprob],
    /// The finish reason, and the native one.
    finish: Option<(&'a str, &'a str)>,
    /// The response with the usage and the metadata.
    response: Option<&'a Response>,
    error: Option<&'a ErrorBody>,
}

impl ChatChunks {
    /// Creates the translator for one response.
    #[must_use]
    pub fn new(head: &ReplyHead<'_>, options: ReplyOptions) -> Self {
        let mut bytes = BytesMut::from("data: ");
        bytes.reserve(256);
        let mut out = Writer::onto(bytes);
        out.open_object();
        head.write("chat.completion.chunk", &mut out);
        Self {
            head: out.finish().freeze(),
            options,
            begun: false,
            calls: Vec::new(),
            call_count: 0,
            reasoning: Reasoning::default(),
            sources: None,
            images: 0,
        }
    }

    /// Takes an event and passes the frames that it yields to `send`. One event yields at most a few
    /// frames. Events of failures yield none: see [`fail`](Self::fail).
    pub fn event(&mut self, event: &StreamEvent, send: Send<'_>) {
        match event {
            StreamEvent::OutputTextDelta(event) => {
                let logprobs = event.logprobs.as_deref().unwrap_or_default();
                if !event.delta.is_empty() || !logprobs.is_empty() {
                    let tail = Tail {
                        logprobs,
                        ..Tail::default()
                    };
                    self.text("content", &event.delta, tail, send);
                }
            }
            StreamEvent::RefusalDelta(event) if !event.delta.is_empty() => {
                self.text("refusal", &event.delta, Tail::default(), send);
            }
            StreamEvent::ReasoningTextDelta(event) | StreamEvent::ReasoningDelta(event) => {
                let part = Part::Text(event.content_index);
                self.reason(event.output_index, part, &event.delta, send);
            }
            StreamEvent::ReasoningSummaryTextDelta(event)
            | StreamEvent::ReasoningSummaryDelta(event) => {
                let part = Part::Summary(event.summary_index);
                self.reason(event.output_index, part, &event.delta, send);
            }
            StreamEvent::OutputTextAnnotationAdded(event) => {
                let place = (event.output_index, event.content_index);
                let number = match self.sources {
                    Some((item, part, number)) if (item, part) == place => number,
                    _ => 0,
                };
                self.sources = Some((place.0, place.1, number + 1));
                if let Some(source) = event.annotation.as_deref().and_then(citation) {
                    self.list("annotations", |out| write_citation(source, out), send);
                }
            }
            StreamEvent::OutputItemAdded(event) => {
                if let Some(item) = &event.item {
                    self.item_added(event.output_index.unwrap_or_default(), item, send);
                }
            }
            StreamEvent::FunctionCallArgumentsDelta(event)
            | StreamEvent::CustomToolCallInputDelta(event) => {
                self.call_text(event.output_index, &event.delta, send);
            }
            StreamEvent::OutputItemDone(event) => {
                if let Some(item) = &event.item {
                    self.item_done(event.output_index.unwrap_or_default(), item, send);
                }
            }
            StreamEvent::Debug(event) => {
                let mut out = self.begin();
                out.member("choices");
                out.open_array();
                out.close_array();
                write_value("debug", &event.debug, &mut out);
                send(finished(out));
            }
            StreamEvent::Completed(event)
            | StreamEvent::Incomplete(event)
            | StreamEvent::Cancelled(event)
            | StreamEvent::Done(event) => {
                let blank = Response::default();
                self.end(event.response.as_deref().unwrap_or(&blank), send);
            }
            _ => {}
        }
    }

    /// Ends the stream with a failure. `response` has the usage and the metadata.
    pub fn fail(&mut self, error: &ErrorBody, response: Option<&Response>, send: Send<'_>) {
        let tail = Tail {
            finish: Some((ERROR, ERROR)),
            response,
            error: Some(error),
            ..Tail::default()
        };
        self.text("content", "", tail, send);
    }

    /// Ends the stream.
    fn end(&mut self, response: &Response, send: Send<'_>) {
        let finish = finish::reasons(response, self.call_count > 0);
        let has_usage_chunk = self.options.usage_chunk && response.usage.is_some();
        let tail = Tail {
            finish: Some(finish),
            response: Some(response).filter(|_| !has_usage_chunk),
            ..Tail::default()
        };
        self.chunk(|_| {}, false, tail, send);
        if has_usage_chunk {
            let mut out = self.begin();
            out.member("choices");
            out.open_array();
            out.close_array();
            write_last(response, &mut out);
            send(finished(out));
        }
    }

    fn text(&mut self, name: &str, text: &str, tail: Tail<'_>, send: Send<'_>) {
        let write = |out: &mut Writer| {
            out.member(name);
            out.string(text);
        };
        self.chunk(write, name == "content", tail, send);
    }

    /// Sends a list with one element.
    fn list(&mut self, name: &str, element: impl FnOnce(&mut Writer), send: Send<'_>) {
        let write = |out: &mut Writer| {
            out.member(name);
            out.open_array();
            element(out);
            out.close_array();
        };
        self.chunk(write, false, Tail::default(), send);
    }

    fn begin(&self) -> Writer {
        let mut bytes = BytesMut::with_capacity(self.head.len() + 256);
        bytes.extend_from_slice(&self.head);
        Writer::onto(bytes)
    }

    /// Sends a chunk. `has_content`: the delta has the member `content`.
    fn chunk(
        &mut self,
        delta: impl FnOnce(&mut Writer),
        has_content: bool,
        tail: Tail<'_>,
        send: Send<'_>,
    ) {
        let mut out = self.begin();
        if let Some(error) = tail.error {
            write_value("error", error, &mut out);
        }
        out.member("choices");
        out.open_array();
        out.element();
        out.open_object();
        out.member("index");
        out.unsigned(0);
        out.member("delta");
        out.open_object();
        if !std::mem::replace(&mut self.begun, true) {
            out.member("role");
            out.string("assistant");
            if !has_content {
                out.member("content");
                out.string("");
            }
        }
        delta(&mut out);
        out.close_object();
        if !tail.logprobs.is_empty() {
            out.member("logprobs");
            write_logprobs(tail.logprobs.iter(), &mut out);
        }
        let (finish, native) = tail.finish.unzip();
        for (name, reason) in [("finish_reason", finish), ("native_finish_reason", native)] {
            out.member(name);
            match reason {
                Some(reason) => out.string(reason),
                None => out.null(),
            }
        }
        out.close_object();
        out.close_array();
        if let Some(response) = tail.response {
            write_last(response, &mut out);
        }
        send(finished(out));
    }

    fn item_added(&mut self, output_index: u32, item: &Item, send: Send<'_>) {
        if let Item::Reasoning(item) = item
            && let Some(format) = &item.format
        {
            self.reasoning.set_format(output_index, format);
        }
        let Some(call) = Call::of(item) else { return };
        let index = self.call_count;
        self.call_count += 1;
        self.calls.push(OpenCall {
            output_index,
            index,
            is_custom: call.is_custom,
            sent: 0,
            extra_content: call.extra_content.cloned(),
        });
        self.list("tool_calls", |out| call.write(Some(index), "", out), send);
    }

    fn open_call(&mut self, output_index: u32) -> Option<&mut OpenCall> {
        let calls = self.calls.iter_mut().rev();
        calls
            .into_iter()
            .find(|call| call.output_index == output_index)
    }

    fn call_text(&mut self, output_index: u32, text: &str, send: Send<'_>) {
        let Some(call) = self.open_call(output_index) else {
            return;
        };
        if text.is_empty() {
            return;
        }
        call.sent += text.len();
        let delta = Delta {
            index: call.index,
            is_custom: call.is_custom,
            text,
            extra_content: None,
        };
        self.list("tool_calls", |out| delta.write(out), send);
    }

    fn item_done(&mut self, output_index: u32, item: &Item, send: Send<'_>) {
        match item {
            Item::Reasoning(item) => self.reasoning_done(output_index, item, send),
            Item::Message(message) => {
                for (part, number) in message.parts().iter().zip(0..) {
                    self.part_done((output_index, number), part, send);
                }
            }
            Item::ImageGenerationCall(image) if image.result.is_some() => {
                let index = self.images;
                self.images += 1;
                self.list("images", |out| write_image(image, index, out), send);
            }
            item => {
                if let Some(call) = Call::of(item) {
                    self.call_done(output_index, &call, send);
                }
            }
        }
    }

    /// Sends what the deltas of a call did not have.
    fn call_done(&mut self, output_index: u32, call: &Call<'_>, send: Send<'_>) {
        let text = whole_text(call);
        let sent = match self.open_call(output_index) {
            Some(open) => open.sent,
            None => return,
        };
        if let Some(rest) = text.get(sent..) {
            self.call_text(output_index, rest, send);
        }
        let Some(open) = self.open_call(output_index) else {
            return;
        };
        let index = open.index;
        let sent = open.extra_content.as_ref().map(Raw::get);
        // Clients join the texts of deltas, so the same data is not sent twice.
        if let Some(extra) = call.extra_content
            && sent != Some(extra.get())
        {
            let delta = Delta {
                index,
                is_custom: open.is_custom,
                text: "",
                extra_content: Some(extra),
            };
            self.list("tool_calls", |out| delta.write(out), send);
        }
        self.calls.retain(|open| open.index != index);
    }

    /// Sends what the events of a part did not have: audio, and sources without events.
    fn part_done(&mut self, place: (u32, u32), part: &ContentPart, send: Send<'_>) {
        match part {
            ContentPart::OutputText(part) => {
                let sent = match self.sources {
                    Some((item, part, number)) if (item, part) == place => number,
                    _ => 0,
                };
                let rest = part.annotations.iter().flatten().skip(sent);
                let rest: Vec<_> = rest.filter_map(citation).collect();
                if !rest.is_empty() {
                    let write = |out: &mut Writer| {
                        rest.iter().for_each(|source| write_citation(source, out));
                    };
                    self.list("annotations", write, send);
                }
            }
            ContentPart::OutputAudio(audio) => {
                self.chunk(|out| write_audio(audio, out), false, Tail::default(), send);
            }
            _ => {}
        }
    }

    fn reason(&mut self, output_index: u32, part: Part, text: &str, send: Send<'_>) {
        if text.is_empty() || self.options.hides_reasoning {
            return;
        }
        let block = self.reasoning.block(output_index, part);
        let place = self.reasoning.place(output_index, part);
        let format = self.reasoning.format_of(output_index).cloned();
        let detail = match part {
            Part::Text(_) => Detail::Text(text),
            Part::Summary(_) => Detail::Summary(text),
        };
        let write = |out: &mut Writer| {
            let paragraph = match place {
                Place::Same => Some(Cow::Borrowed(text)),
                Place::Next => Some(Cow::Owned(format!("{PARAGRAPH}{text}"))),
                Place::Outside => None,
            };
            if let Some(paragraph) = paragraph {
                out.member("reasoning");
                out.string(&paragraph);
            }
            out.member("reasoning_details");
            out.open_array();
            detail.write(format.as_ref(), block, out);
            out.close_array();
        };
        self.chunk(write, false, Tail::default(), send);
    }

    /// Sends the signatures and the encrypted form of a reasoning item.
    fn reasoning_done(&mut self, output_index: u32, item: &ReasoningItem, send: Send<'_>) {
        let mut seals: Vec<(Detail<'_>, u64)> = Vec::new();
        for (part, number) in item.content.iter().flatten().zip(0..) {
            if let Some(signature) = signature_of(part) {
                let block = self.reasoning.block(output_index, Part::Text(number));
                seals.push((Detail::Signature(signature), block));
            }
        }
        if let (true, Some(signature)) = (seals.is_empty(), filled(&item.signature)) {
            let last = self.reasoning.last_of(output_index);
            let block = last.unwrap_or_else(|| self.reasoning.next());
            seals.push((Detail::Signature(signature), block));
        }
        if let Some(encrypted) = encrypted(item) {
            seals.push((encrypted, self.reasoning.next()));
        }
        self.reasoning.close(output_index);
        if self.options.hides_reasoning {
            return;
        }
        for (seal, block) in seals {
            let write = |out: &mut Writer| seal.write(item.format.as_ref(), block, out);
            self.list("reasoning_details", write, send);
        }
    }
}

/// Writes the members of the last chunk.
fn write_last(response: &Response, out: &mut Writer) {
    if let Some(tier) = &response.service_tier {
        write_value("service_tier", tier, out);
    }
    if let Some(usage) = &response.usage {
        usage::write(usage, out);
    }
    if let Some(metadata) = &response.openrouter_metadata {
        write_value("openrouter_metadata", &**metadata, out);
    }
}

/// Ends a frame.
fn finished(mut out: Writer) -> Bytes {
    out.close_object();
    let mut bytes = out.finish();
    bytes.extend_from_slice(b"\n\n");
    bytes.freeze()
}
