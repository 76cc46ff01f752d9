//! [`Translator`]: the chunks of a reply to events.

use std::sync::Arc;

use orouter_wire::{ItemStatus, Logprob, Response, ServiceTier, StreamEvent};

use super::arguments::{self, UnknownPlace};
use super::calls::Calls;
use super::model::{Blob, Candidate, Chunk, FileData, FunctionCall, Part, UsageMetadata};
use super::sources::Sources;
use super::{finish, logprobs, usage};
use crate::json_text;
use crate::output::ReplyContext;
use crate::output::{
    Finish, Items, OpenMessage, OpenReasoning, PartKind, ReasoningPiece, TextKind, add_reasoning,
    failure, image, logprobs_length, terminal,
};
use crate::quote::clip;
use crate::reply::{StreamTranslator, UpstreamEvent};
use crate::tolerant::Label;

/// Format of Gemini's signatures.
const FORMAT: &str = "google-gemini-v1";

/// Maximum number of characters of the provider's explanation of a finish reason.
const MAX_EXPLANATION_CHARS: usize = 500;

/// Message for a chunk that cannot be read.
const NOT_JSON: &str = "an event of the provider's stream is not JSON";

/// Turns the chunks of one reply into events.
///
/// Items keep the order of the parts. Text ends the reasoning before it, reasoning ends the message
/// before it, and a call ends both. A call is one part, so it ends at once.
///
/// The signature of a call stays with the call. That of another part becomes the encrypted content
/// of a reasoning item: of the reasoning that is open, or of an item without text, which follows the
/// item of the part.
///
/// The items end with the stream, since sources and usage can follow the finish reason. A stream
/// without a finish reason was cut, and no terminal event follows. So was one whose connection was
/// lost if its finish reason came with every chunk, because then it does not tell the end. Parts with code that the provider
/// runs, and with calls of its own tools, are left out: the client can do nothing with them.
#[derive(Debug)]
pub(super) struct Translator {
    context: Arc<ReplyContext>,
    items: Items,
    message: Option<OpenMessage>,
    reasoning: Option<OpenReasoning>,
    calls: Calls,
    sources: Sources,
    /// Log probabilities of text that is still to come.
    logprobs: Vec<Logprob>,
    usage: Option<Box<UsageMetadata>>,
    model: Option<String>,
    service_tier: Option<ServiceTier>,
    finish: Option<(Finish, String)>,
    /// The provider's explanation of the finish reason.
    explanation: Option<String>,
    has_answer: bool,
    /// `true` if parts followed a finish reason: some servers send one with every chunk.
    went_on: bool,
    ended: bool,
}

impl Translator {
    /// Creates a translator for the reply to a request with this context.
    pub(super) fn new(context: Arc<ReplyContext>) -> Self {
        Self {
            context,
            items: Items::default(),
            message: None,
            reasoning: None,
            calls: Calls::default(),
            sources: Sources::default(),
            logprobs: Vec::new(),
            usage: None,
            model: None,
            service_tier: None,
            finish: None,
            explanation: None,
            has_answer: false,
            went_on: false,
            ended: false,
        }
    }

    /// Takes a chunk, or a body as a whole.
    pub(super) fn chunk(&mut self, chunk: Chunk, events: &mut Vec<UpstreamEvent>) {
        if let Some(error) = chunk.error.as_ref().filter(|error| failure::reports(error)) {
            self.fail(failure::nested(error, &chunk.extra), events);
            return;
        }
        if self.model.is_none() {
            let model = chunk.model_version.as_ref().map(Label::as_str);
            self.model = model.filter(|model| !model.is_empty()).map(str::to_owned);
        }
        if let Some(mut usage) = chunk.usage_metadata {
            if let Some(earlier) = &self.usage {
                usage::fill(&mut usage, earlier);
            }
            self.service_tier = usage::service_tier(&usage).or(self.service_tier.take());
            self.usage = Some(usage);
        }
        for (position, candidate) in (0..).zip(chunk.candidates.into_iter().flatten()) {
            // The request asks for one candidate.
            if candidate.index.unwrap_or(position) == 0 {
                self.candidate(candidate, events);
            }
            if self.ended {
                return;
            }
        }
        if let Some(feedback) = chunk.prompt_feedback {
            let reason = feedback.block_reason.as_ref().and_then(finish::of_prompt);
            if let Some(word) = reason {
                self.end_with(Finish::Filtered, word, feedback.block_reason_message);
            }
        }
    }

    fn candidate(&mut self, candidate: Candidate, events: &mut Vec<UpstreamEvent>) {
        if let Some(metadata) = candidate.grounding_metadata {
            self.sources.add_grounding(*metadata);
        }
        if let Some(metadata) = candidate.citation_metadata {
            self.sources.add_citations(*metadata);
        }
        if let Some(metadata) = candidate.url_context_metadata {
            self.sources.add_pages(*metadata);
        }
        let parts = candidate.content.and_then(|content| content.parts);
        if let Some(result) = candidate.logprobs_result {
            let logprobs = logprobs::convert(*result);
            self.items.count(logprobs_length(&logprobs));
            self.logprobs.extend(logprobs);
        }
        for part in parts.into_iter().flatten() {
            self.went_on |= self.finish.is_some() && part.has_content();
            self.part(part, events);
            if let Some(reason) = self.items.excess() {
                self.fail(failure::own(reason), events);
            }
            if self.ended {
                return;
            }
        }
        // Those of a chunk without text belong to no text.
        self.logprobs.clear();
        let reason = candidate.finish_reason.as_ref();
        if let Some((finish, word)) = reason.and_then(finish::of_candidate) {
            self.end_with(finish, word, candidate.finish_message);
        }
    }

    /// Records a finish reason. Some servers send one with every chunk; the gravest counts.
    fn end_with(&mut self, finish: Finish, word: String, explanation: Option<String>) {
        let before = self.finish.as_ref().map(|(finish, _)| *finish);
        if Some(finish) > before {
            self.finish = Some((finish, word));
            self.explanation = filled(explanation);
        }
    }

    fn part(&mut self, part: Part, events: &mut Vec<UpstreamEvent>) {
        let mut signature = filled(part.thought_signature);
        let is_thought = part.thought == Some(true);
        match filled(part.text) {
            Some(text) if is_thought => {
                let signature = match &part.function_call {
                    Some(_) => None,
                    None => signature.take(),
                };
                let text = Some((TextKind::Text, text));
                let piece = ReasoningPiece {
                    text,
                    ..sealed(signature)
                };
                self.reason(piece, events);
            }
            Some(text) => self.write(PartKind::Text, text, events),
            None => {}
        }
        // Images of the reasoning are drafts.
        if let Some(blob) = part.inline_data.filter(|_| !is_thought) {
            self.media(*blob, events);
        }
        if let Some(file) = part.file_data.filter(|_| !is_thought) {
            self.file(*file, events);
        }
        if let Some(call) = part.function_call {
            self.call(*call, &mut signature, events);
        }
        self.reason(sealed(signature), events);
    }

    /// Appends to the message. Begins one if none is open.
    fn write(&mut self, kind: PartKind, text: String, events: &mut Vec<UpstreamEvent>) {
        if text.is_empty() {
            return;
        }
        self.has_answer = true;
        let logprobs = match kind {
            PartKind::Text => std::mem::take(&mut self.logprobs),
            PartKind::Refusal => Vec::new(),
        };
        let kept = self.message(events).push(kind, text, logprobs, events);
        self.items.count(kept);
    }

    fn message(&mut self, events: &mut Vec<UpstreamEvent>) -> &mut OpenMessage {
        if self.message.is_none() {
            self.end_reasoning(ItemStatus::Completed, events);
            self.end_call(ItemStatus::Completed, events);
        }
        let items = &mut self.items;
        self.message
            .get_or_insert_with(|| OpenMessage::new(items, events))
    }

    /// Adds generated media: an image is an item of its own, audio is a part of the message. The
    /// Responses API has no place for other media.
    fn media(&mut self, blob: Blob, events: &mut Vec<UpstreamEvent>) {
        let Some(data) = filled(blob.data) else {
            return;
        };
        let media_type = blob.mime_type.unwrap_or_default().to_ascii_lowercase();
        if media_type.starts_with("audio/") {
            self.has_answer = true;
            self.items.count(data.len());
            self.message(events).push_audio(&data, None);
        } else if media_type.starts_with("image/") {
            self.image(format!("data:{media_type};base64,{data}"), events);
        }
    }

    fn file(&mut self, file: FileData, events: &mut Vec<UpstreamEvent>) {
        let media_type = file.mime_type.unwrap_or_default().to_ascii_lowercase();
        let uri = filled(file.file_uri).filter(|_| media_type.starts_with("image/"));
        if let Some(uri) = uri {
            self.image(uri, events);
        }
    }

    fn image(&mut self, url: String, events: &mut Vec<UpstreamEvent>) {
        self.has_answer = true;
        self.items.count(url.len());
        self.end_reasoning(ItemStatus::Completed, events);
        self.end_message(ItemStatus::Completed, events);
        self.end_call(ItemStatus::Completed, events);
        self.items.add_whole(image(url).into(), events);
    }

    fn reason(&mut self, piece: ReasoningPiece, events: &mut Vec<UpstreamEvent>) {
        self.items.count(piece.length());
        if piece.is_empty() {
            return;
        }
        if let Some(open) = self.reasoning.as_mut().filter(|open| open.takes(&piece)) {
            open.push(piece, false, events);
            return;
        }
        if piece.text.is_none() {
            add_reasoning(piece, &mut self.items, events);
            return;
        }
        self.end_reasoning(ItemStatus::Completed, events);
        self.end_message(ItemStatus::Completed, events);
        self.end_call(ItemStatus::Completed, events);
        let mut open = OpenReasoning::new(None, &mut self.items, events);
        open.push(piece, false, events);
        self.reasoning = Some(open);
    }

    /// Adds a call, or a piece of one. Takes the signature, unless the part has no call.
    fn call(
        &mut self,
        call: FunctionCall,
        signature: &mut Option<String>,
        events: &mut Vec<UpstreamEvent>,
    ) {
        let context = Arc::clone(&self.context);
        let signature_length = signature.as_ref().map_or(0, String::len);
        self.items.count(call.arguments_length() + signature_length);
        let (items, tools) = (&mut self.items, &context.tools);
        let added = if self.calls.continues(&call) {
            self.calls
                .resume(call, signature.take(), tools, items, events)
        } else {
            let Some(name) = call.name.clone().filter(|name| !name.is_empty()) else {
                return;
            };
            if context.answers_with(&name) {
                let text = arguments::whole(call.args.as_ref());
                self.write(PartKind::Text, text, events);
                return;
            }
            self.has_answer = true;
            self.items.count(name.len());
            self.end_reasoning(ItemStatus::Completed, events);
            self.end_message(ItemStatus::Completed, events);
            let items = &mut self.items;
            self.calls
                .begin(&name, call, signature.take(), tools, items, events)
        };
        if added == Err(UnknownPlace) {
            let message = "the provider's stream has arguments of a call at an unknown place";
            self.fail(failure::own(message.to_owned()), events);
        }
    }

    fn end_call(&mut self, status: ItemStatus, events: &mut Vec<UpstreamEvent>) {
        let tools = &self.context.tools;
        self.calls.end(status, tools, &mut self.items, events);
    }

    fn end_reasoning(&mut self, status: ItemStatus, events: &mut Vec<UpstreamEvent>) {
        if let Some(reasoning) = self.reasoning.take() {
            reasoning.end(status, &mut self.items, events);
        }
    }

    fn end_message(&mut self, status: ItemStatus, events: &mut Vec<UpstreamEvent>) {
        if let Some(message) = self.message.take() {
            let (text, sources) = (message.text(), &mut self.sources);
            let annotations =
                text.map_or_else(Vec::new, |text| sources.annotations(text, self.ended));
            message.end(status, annotations, &mut self.items, events);
        }
    }

    /// Ends the text of the message, which another part follows.
    fn end_text(&mut self, events: &mut Vec<UpstreamEvent>) {
        if let Some(message) = &mut self.message
            && let Some(text) = message.text()
        {
            let annotations = self.sources.annotations(text, true);
            message.end_part(annotations, events);
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

    /// Ends the reply. A reply without a finish reason is complete only if it is a `whole` body with
    /// content. Returns `false` if the reply was cut.
    pub(super) fn finish(&mut self, whole: bool, events: &mut Vec<UpstreamEvent>) -> bool {
        if self.ended {
            return true;
        }
        let (finish, word) = match self.finish.take() {
            Some(finish) => finish,
            None if whole && self.has_answer => (Finish::Completed, String::new()),
            None => return false,
        };
        self.ended = true;
        let explanation = self.explanation.take();
        let explanation = explanation.map(|text| clip(&text, MAX_EXPLANATION_CHARS));
        if let Some(text) = explanation.clone().filter(|_| finish == Finish::Filtered) {
            self.end_text(events);
            self.write(PartKind::Refusal, text, events);
        }
        let status = if finish == Finish::Completed {
            ItemStatus::Completed
        } else {
            ItemStatus::Incomplete
        };
        self.end_reasoning(status.clone(), events);
        self.end_message(status.clone(), events);
        self.end_call(status, events);
        let mut response = Response::default();
        response.output = self.items.take();
        response.model = self.model.take().unwrap_or_default();
        response.service_tier = self.service_tier.take();
        response.usage = self.usage.take().map(|usage| usage::convert(*usage));
        let mut event = terminal(response, finish, &word);
        if let StreamEvent::Failed(failed) = &mut event {
            let response = failed.response.as_mut();
            let error = response.and_then(|response| response.error.as_mut());
            if let (Some(error), Some(text)) = (error, explanation) {
                error.message = format!("{}: {text}", error.message);
            }
        }
        events.push(event.into());
        true
    }

    /// Takes the data of one frame, a list of chunks.
    fn list(&mut self, name: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        let is_object = |text: &str| text.starts_with('{');
        match json_text::elements(data) {
            Some(elements) => {
                for element in elements.into_iter().filter(|text| is_object(text)) {
                    if !self.ended {
                        self.object(name, element, events);
                    }
                }
            }
            // Its chunks are lost.
            None if is_object(data.get(1..).unwrap_or_default().trim_start()) => {
                self.fail(failure::own(NOT_JSON.to_owned()), events);
            }
            None => {}
        }
    }

    /// Takes the data of one frame, an object.
    fn object(&mut self, name: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        let Ok(chunk) = orouter_wire::from_str::<Chunk>(data) else {
            self.fail(failure::own(NOT_JSON.to_owned()), events);
            return;
        };
        let chunk = chunk.unwrapped();
        let failed = name.eq_ignore_ascii_case("error");
        if !chunk.is_reply() && (failed || failure::is_flat(&chunk.extra)) {
            self.fail_flat(data, events);
            return;
        }
        self.chunk(chunk, events);
    }
}

impl StreamTranslator for Translator {
    fn frame(&mut self, name: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        let data = data.trim();
        if self.ended {
            return;
        }
        if data == "[DONE]" {
            self.finish(false, events);
            self.ended = true;
        } else if data.starts_with('{') {
            self.object(name, data, events);
        } else if data.starts_with('[') {
            self.list(name, data, events);
        } else if name.eq_ignore_ascii_case("error") && !data.is_empty() {
            self.fail_flat(data, events);
        }
    }

    fn end(&mut self, cut: bool, events: &mut Vec<UpstreamEvent>) {
        let finish = self.finish.as_ref().map(|(finish, _)| *finish);
        if !(cut && self.went_on && finish == Some(Finish::Completed)) {
            self.finish(false, events);
        }
        self.ended = true;
    }
}

/// Returns a piece of reasoning with this signature alone.
fn sealed(signature: Option<String>) -> ReasoningPiece {
    ReasoningPiece {
        format: signature.as_ref().map(|_| FORMAT.to_owned()),
        encrypted: signature,
        ..ReasoningPiece::default()
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
