//! [`Translator`]: the chunks of a reply to events.

use std::sync::Arc;

use orouter_wire::{ItemStatus, Logprob, Response, ServiceTier, StreamEvent};

use super::calls::Calls;
use super::model::{Audio, Choice, Chunk, Content, ContentPiece, Delta, ImageUrl, ToolCall, Usage};
use super::pieces;
use super::sources::Sources;
use super::think::{Segment, ThinkTags};
use super::usage;
use crate::output::{
    Finish, Items, OpenMessage, OpenReasoning, PartKind, ReasoningPiece, ToolNames, add_reasoning,
    failure, image, is_harmless, logprobs_length, terminal,
};
use crate::reply::{StreamTranslator, UpstreamEvent};
use crate::tolerant::Label;

/// The index that stands for the member `function_call`.
const FUNCTION_CALL: i64 = i64::MIN;

/// Turns the chunks of one reply into events.
///
/// Items keep the order in which the reply begins them. Text ends the reasoning before it, reasoning
/// ends the message before it, and a new call ends both, so that interleaved reasoning, text and
/// calls stay in order as separate items. Calls may be open beside other items.
///
/// The items end with the reply, which is at `[DONE]` or at the end of the stream, since reasoning
/// data, citations and usage can follow the finish reason. A reply without a finish reason is
/// complete only if `[DONE]` ends it, it has text or calls, and the arguments of its calls are
/// complete: some local servers never send a finish reason. Otherwise it was cut, and no terminal
/// event follows.
///
/// A frame that begins like a chunk and cannot be read is a failure: its text or calls are lost.
/// Other data that cannot be read may be the message of an error, so that `[DONE]` alone does not
/// complete the reply any more. Empty data, `null` and comments change nothing.
#[derive(Debug)]
pub(super) struct Translator {
    tools: Arc<ToolNames>,
    items: Items,
    message: Option<OpenMessage>,
    reasoning: Option<OpenReasoning>,
    calls: Calls,
    tags: ThinkTags,
    sources: Sources,
    /// Log probabilities of text that is still to come.
    logprobs: Vec<Logprob>,
    /// The last reasoning from members without blocks, to recognize its repetition in blocks.
    last_plain: Option<String>,
    usage: Option<Box<Usage>>,
    cost: Option<f64>,
    model: Option<String>,
    service_tier: Option<String>,
    finish: Option<(Finish, String)>,
    has_answer: bool,
    /// `true` after data that cannot be read.
    is_damaged: bool,
    ended: bool,
}

impl Translator {
    /// Creates a translator for the reply to a request with these tools.
    pub(super) fn new(tools: Arc<ToolNames>) -> Self {
        Self {
            tools,
            items: Items::default(),
            message: None,
            reasoning: None,
            calls: Calls::default(),
            tags: ThinkTags::new(),
            sources: Sources::default(),
            logprobs: Vec::new(),
            last_plain: None,
            usage: None,
            cost: None,
            model: None,
            service_tier: None,
            finish: None,
            has_answer: false,
            is_damaged: false,
            ended: false,
        }
    }

    /// Takes a chunk, or a body as a whole.
    pub(super) fn chunk(&mut self, chunk: Chunk, whole: bool, events: &mut Vec<UpstreamEvent>) {
        let groq = chunk.x_groq;
        let groq_error = groq.as_ref().and_then(|groq| groq.error.as_ref());
        if let Some(error) = [chunk.error.as_ref(), groq_error]
            .into_iter()
            .flatten()
            .find(|error| failure::reports(error))
        {
            self.fail(failure::nested(error, &chunk.extra), events);
            return;
        }
        if self.model.is_none() {
            let model = chunk.model.as_ref().map(Label::as_str);
            self.model = model.filter(|model| !model.is_empty()).map(str::to_owned);
        }
        if let Some(tier) = &chunk.service_tier {
            // Every chunk may repeat it.
            let tier = Some(tier.as_str()).filter(|tier| !tier.is_empty());
            if tier.is_some() && tier != self.service_tier.as_deref() {
                self.service_tier = tier.map(str::to_owned);
            }
        }
        let groq_usage = groq.and_then(|groq| groq.usage);
        for mut usage in [groq_usage, chunk.usage].into_iter().flatten() {
            if let Some(earlier) = &self.usage {
                usage::fill(&mut usage, earlier);
            }
            self.usage = Some(usage);
        }
        if let Some(cost) = chunk.cost.as_ref().and_then(usage::amount) {
            self.cost = Some(cost)
                .filter(|cost| *cost != 0.0)
                .or(self.cost)
                .or(Some(cost));
        }
        if let Some(urls) = chunk.citations {
            self.sources.set_urls(&urls);
        }
        if let Some(results) = chunk.search_results {
            let titles = results
                .into_iter()
                .filter_map(|result| Some((result.url?, result.title?)));
            self.sources.set_titles(titles.collect());
        }
        self.calls.next_chunk();
        for choice in chunk.choices.into_iter().flatten() {
            // The request asks for one choice.
            if choice.index.is_none_or(|index| index == 0) {
                self.choice(choice, whole, events);
            }
            if self.ended {
                return;
            }
        }
    }

    fn choice(&mut self, choice: Choice, whole: bool, events: &mut Vec<UpstreamEvent>) {
        if let Some(error) = choice
            .error
            .as_ref()
            .filter(|error| failure::reports(error))
        {
            self.fail(failure::nested(error, &choice.extra), events);
            return;
        }
        if let Some(word) = &choice.finish_reason {
            let finish = Finish::from_words(
                word,
                choice
                    .native_finish_reason
                    .as_ref()
                    .map(|word| word.as_str()),
            );
            let before = self.finish.as_ref().map(|(finish, _)| *finish);
            if finish > before {
                self.finish = finish.map(|finish| (finish, String::clone(word)));
            }
        }
        // Some servers repeat the message so far beside each delta.
        let delta = if whole {
            choice.message.map(|message| *message).or(choice.delta)
        } else {
            let repeats = choice.delta.is_some() || !self.items.is_empty();
            let message = choice.message.filter(|_| !repeats);
            choice.delta.or_else(|| message.map(|message| *message))
        };
        let logprobs = choice.logprobs.and_then(|logprobs| logprobs.content);
        // Those of tokens that are not text belong to no part.
        let is_text = |delta: &Delta| delta.has_text() || !delta.has_other();
        if let Some(logprobs) = logprobs.filter(|_| delta.as_ref().is_none_or(is_text)) {
            self.items.count(logprobs_length(&logprobs));
            self.logprobs.extend(logprobs);
        }
        match delta {
            Some(delta) => self.delta(delta, events),
            None => {
                if let Some(text) = choice.text {
                    self.content(*text, events);
                }
            }
        }
        if let Some(reason) = self.items.excess() {
            self.fail(failure::own(reason), events);
        }
    }

    fn delta(&mut self, mut delta: Delta, events: &mut Vec<UpstreamEvent>) {
        let (plain, blocks) = pieces::take(&mut delta);
        if let Some(text) = plain {
            self.end_tags(events);
            self.reason(ReasoningPiece::text(text), true, events);
        }
        for piece in blocks {
            if piece.text.is_some() {
                self.end_tags(events);
            }
            self.reason(piece, false, events);
        }
        if let Some(content) = delta.content {
            self.contents(content, events);
        }
        if let Some(refusal) = delta.refusal {
            self.write(PartKind::Refusal, *refusal, events);
        }
        if let Some(audio) = delta.audio {
            self.audio(&audio, events);
        }
        for image in delta.images.into_iter().flat_map(|images| *images) {
            let url = image.image_url.and_then(ImageUrl::into_url);
            self.image(url.unwrap_or_default(), events);
        }
        if let Some(annotations) = delta.annotations {
            self.sources.add(*annotations);
        }
        let function_call = delta.function_call.map(|function| ToolCall {
            index: Some(FUNCTION_CALL),
            function: Some(*function),
            ..ToolCall::default()
        });
        let calls = delta.tool_calls.into_iter().flatten();
        for call in calls.chain(function_call) {
            self.call(call, events);
            if self.items.excess().is_some() {
                return;
            }
        }
    }

    fn contents(&mut self, content: Content, events: &mut Vec<UpstreamEvent>) {
        match content {
            Content::Text(text) => self.content(text, events),
            Content::Pieces(pieces) => {
                for piece in pieces {
                    self.contents(piece, events);
                }
            }
            Content::Piece(piece) => self.piece(*piece, events),
            Content::Unknown(_) => {}
        }
    }

    /// Takes an element of a content list. The items keep the order of the list.
    fn piece(&mut self, mut piece: ContentPiece, events: &mut Vec<UpstreamEvent>) {
        if let Some(reasoning) = pieces::from_content(&mut piece) {
            self.end_tags(events);
            self.end_message(ItemStatus::Completed, events);
            self.reason(reasoning, false, events);
        }
        if let Some(text) = piece.text {
            self.content(text, events);
        }
        if let Some(refusal) = piece.refusal {
            self.write(PartKind::Refusal, refusal, events);
        }
        let url = piece.image_url.and_then(ImageUrl::into_url);
        if let Some(url) = url.filter(|url| !url.is_empty()) {
            self.end_tags(events);
            self.end_message(ItemStatus::Completed, events);
            self.image(url, events);
        }
        if let Some(audio) = piece.audio {
            self.audio(&audio, events);
        }
    }

    /// Takes content, which may begin with reasoning in tags.
    fn content(&mut self, text: String, events: &mut Vec<UpstreamEvent>) {
        if self.tags.is_over() {
            self.write(PartKind::Text, text, events);
            return;
        }
        if self.tags.is_inside() {
            self.logprobs.clear();
        }
        let mut segments = Vec::new();
        self.tags.push(text, &mut segments);
        self.segments(segments, events);
    }

    /// Ends the search for tags in the content.
    fn end_tags(&mut self, events: &mut Vec<UpstreamEvent>) {
        if !self.tags.is_over() {
            let mut segments = Vec::new();
            self.tags.finish(&mut segments);
            self.segments(segments, events);
        }
    }

    fn segments(&mut self, segments: Vec<Segment>, events: &mut Vec<UpstreamEvent>) {
        for segment in segments {
            match segment {
                Segment::Text(text) => self.write(PartKind::Text, text, events),
                Segment::Reasoning(text) => {
                    self.logprobs.clear();
                    self.reason(ReasoningPiece::text(text), true, events);
                }
            }
        }
    }

    /// Appends to the message. Begins one if none is open.
    fn write(&mut self, kind: PartKind, text: String, events: &mut Vec<UpstreamEvent>) {
        if text.is_empty() {
            return;
        }
        if kind == PartKind::Refusal {
            self.end_tags(events);
        }
        self.has_answer = true;
        let logprobs = match kind {
            PartKind::Text => std::mem::take(&mut self.logprobs),
            PartKind::Refusal => Vec::new(),
        };
        let kept = self.message(events).push(kind, text, logprobs, events);
        self.items.count(kept);
    }

    /// Returns the open message. Begins one, after the reasoning, if none is open.
    fn message(&mut self, events: &mut Vec<UpstreamEvent>) -> &mut OpenMessage {
        if self.message.is_none() {
            self.end_reasoning(ItemStatus::Completed, events);
            self.calls.announce(&self.tools, &mut self.items, events);
        }
        let items = &mut self.items;
        self.message
            .get_or_insert_with(|| OpenMessage::new(items, events))
    }

    fn audio(&mut self, audio: &Audio, events: &mut Vec<UpstreamEvent>) {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let length = text(&audio.data).saturating_add(text(&audio.transcript));
        if length > 0 {
            self.end_tags(events);
            self.has_answer = true;
            self.items.count(length);
            let data = audio.data.as_deref().unwrap_or_default();
            let transcript = audio.transcript.as_deref();
            self.message(events).push_audio(data, transcript);
        }
    }

    /// Adds an image, which is an item of its own beside the message.
    fn image(&mut self, url: String, events: &mut Vec<UpstreamEvent>) {
        if url.is_empty() {
            return;
        }
        self.end_tags(events);
        self.has_answer = true;
        self.items.count(url.len());
        self.end_reasoning(ItemStatus::Completed, events);
        self.calls.announce(&self.tools, &mut self.items, events);
        self.items.add_whole(image(url).into(), events);
    }

    fn reason(&mut self, mut piece: ReasoningPiece, plain: bool, events: &mut Vec<UpstreamEvent>) {
        if !plain {
            self.drop_repetition(&mut piece);
        }
        self.items.count(piece.length());
        if piece.is_empty() {
            return;
        }
        if let Some(open) = self.reasoning.as_mut().filter(|open| open.takes(&piece)) {
            open.push(piece, plain, events);
            return;
        }
        if piece.text.is_none() {
            add_reasoning(piece, &mut self.items, events);
            return;
        }
        self.end_reasoning(ItemStatus::Completed, events);
        self.end_message(ItemStatus::Completed, events);
        self.calls.announce(&self.tools, &mut self.items, events);
        let mut open = OpenReasoning::new(piece.id.take(), &mut self.items, events);
        open.push(piece, plain, events);
        self.reasoning = Some(open);
    }

    /// Removes the text of a block that repeats, as a whole, what came without blocks before.
    fn drop_repetition(&mut self, piece: &mut ReasoningPiece) {
        let Some((_, text)) = &piece.text else {
            return;
        };
        let open = self.reasoning.as_ref().and_then(OpenReasoning::plain_text);
        let before = open.or(self.last_plain.as_deref());
        if before == Some(text.as_str()) {
            piece.text = None;
        }
    }

    fn call(&mut self, call: ToolCall, events: &mut Vec<UpstreamEvent>) {
        self.end_tags(events);
        let (message, reasoning) = (&mut self.message, &mut self.reasoning);
        let (sources, has_answer) = (&mut self.sources, &mut self.has_answer);
        let last_plain = &mut self.last_plain;
        let start = |items: &mut Items, events: &mut Vec<UpstreamEvent>| {
            *has_answer = true;
            if let Some(reasoning) = reasoning.take() {
                *last_plain = reasoning.plain_text().map(str::to_owned);
                reasoning.end(ItemStatus::Completed, items, events);
            }
            if let Some(message) = message.take() {
                end_message(message, ItemStatus::Completed, sources, items, events);
            }
        };
        self.calls
            .push(call, &self.tools, &mut self.items, events, start);
    }

    fn end_reasoning(&mut self, status: ItemStatus, events: &mut Vec<UpstreamEvent>) {
        if let Some(reasoning) = self.reasoning.take() {
            self.last_plain = reasoning.plain_text().map(str::to_owned);
            reasoning.end(status, &mut self.items, events);
        }
    }

    fn end_message(&mut self, status: ItemStatus, events: &mut Vec<UpstreamEvent>) {
        if let Some(message) = self.message.take() {
            end_message(message, status, &mut self.sources, &mut self.items, events);
        }
    }

    /// Ends the reply with a failure.
    fn fail(&mut self, event: StreamEvent, events: &mut Vec<UpstreamEvent>) {
        self.ended = true;
        events.push(event.into());
    }

    /// Ends the reply with a failure that is an object as a whole.
    pub(super) fn fail_flat(&mut self, object: &str, events: &mut Vec<UpstreamEvent>) {
        self.fail(failure::flat(object), events);
    }

    /// Ends the reply. If it has no finish reason, it is complete only if `marked`, that is, if a
    /// mark at its end tells that nothing is missing. Returns `false` if the reply was cut.
    pub(super) fn finish(&mut self, marked: bool, events: &mut Vec<UpstreamEvent>) -> bool {
        if self.ended {
            return true;
        }
        self.end_tags(events);
        self.calls.announce(&self.tools, &mut self.items, events);
        let (finish, word) = match self.finish.take() {
            Some(finish) => finish,
            None => {
                let complete = marked && self.has_answer && !self.is_damaged;
                if !complete || !self.calls.are_complete() {
                    return false;
                }
                (Finish::Completed, String::new())
            }
        };
        self.ended = true;
        let complete = finish == Finish::Completed;
        let status = if complete {
            ItemStatus::Completed
        } else {
            ItemStatus::Incomplete
        };
        self.end_reasoning(status.clone(), events);
        self.end_message(status, events);
        self.calls
            .end(complete, &self.tools, &mut self.items, events);
        let mut response = Response::default();
        response.output = self.items.take();
        response.model = self.model.take().unwrap_or_default();
        response.service_tier = self.service_tier.take().map(ServiceTier::from);
        response.usage = self
            .usage
            .take()
            .map(|usage| usage::convert(&usage, self.cost));
        events.push(terminal(response, finish, &word).into());
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
            // Nothing may follow, whether the reply is complete or not.
            self.ended = true;
            return;
        }
        let failed = name.eq_ignore_ascii_case("error");
        if !data.starts_with('{') {
            if failed && !data.is_empty() {
                self.fail_flat(data, events);
            }
            self.is_damaged |= !is_harmless(data);
            return;
        }
        let Ok(chunk) = orouter_wire::from_str::<Chunk>(data) else {
            let message = "an event of the provider's stream is not JSON";
            self.fail(failure::own(message.to_owned()), events);
            return;
        };
        let is_reply = chunk.choices.is_some() || chunk.usage.is_some() || chunk.error.is_some();
        if !is_reply && (failed || failure::is_flat(&chunk.extra)) {
            self.fail_flat(data, events);
            return;
        }
        self.chunk(chunk, false, events);
    }

    fn end(&mut self, _: bool, events: &mut Vec<UpstreamEvent>) {
        self.finish(false, events);
        self.ended = true;
    }
}

/// Ends a message. Its last text gets the annotations that `sources` has for it.
fn end_message(
    message: OpenMessage,
    status: ItemStatus,
    sources: &mut Sources,
    items: &mut Items,
    events: &mut Vec<UpstreamEvent>,
) {
    let text = message.text();
    let annotations = text.map_or_else(Vec::new, |text| sources.annotations(text));
    message.end(status, annotations, items, events);
}
