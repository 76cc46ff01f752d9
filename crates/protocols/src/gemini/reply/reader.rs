//! [`Reader`]: reads the reply to one request.

use std::sync::Arc;

use bytes::Bytes;

use super::model::Chunk;
use super::translator::Translator;
use crate::json_text;
use crate::output::ReplyContext;
use crate::output::failure;
use crate::reply::{ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(in super::super) struct Reader {
    context: Arc<ReplyContext>,
}

impl Reader {
    /// Creates a reader for the reply to a request with this context.
    pub(in super::super) fn new(context: ReplyContext) -> Self {
        Self {
            context: Arc::new(context),
        }
    }

    /// Reads the list that a stream is without `alt=sse`.
    fn list(&self, text: &str, events: &mut Vec<UpstreamEvent>) -> Result<(), UnreadableReply> {
        let chunks = json_text::elements(text)
            .ok_or_else(|| UnreadableReply::new("the provider's body is not JSON"))?;
        let mut translator = Translator::new(Arc::clone(&self.context));
        for chunk in chunks {
            translator.frame("", chunk, events);
        }
        if translator.finish(false, events) {
            Ok(())
        } else {
            let reason = "no element of the provider's list has a finish reason";
            Err(UnreadableReply::new(reason))
        }
    }

    fn object(&self, text: &str, events: &mut Vec<UpstreamEvent>) -> Result<(), UnreadableReply> {
        let chunk: Chunk = orouter_wire::from_str(text)
            .map_err(|_| UnreadableReply::new("the provider's body is not a JSON object"))?;
        let chunk = chunk.unwrapped();
        let mut translator = Translator::new(Arc::clone(&self.context));
        if !chunk.is_reply() && failure::is_flat(&chunk.extra) {
            translator.fail_flat(text, events);
            return Ok(());
        }
        let has_candidate = chunk
            .candidates
            .as_ref()
            .is_some_and(|candidates| !candidates.is_empty());
        translator.chunk(chunk, events);
        if translator.finish(true, events) {
            Ok(())
        } else if has_candidate {
            let reason = "the provider's body has neither content nor a finish reason";
            Err(UnreadableReply::new(reason))
        } else {
            Err(UnreadableReply::new(
                "the provider's body has no `candidates`",
            ))
        }
    }
}

impl ReplyReader for Reader {
    fn stream(&self) -> Box<dyn StreamTranslator> {
        Box::new(Translator::new(Arc::clone(&self.context)))
    }

    fn body(&self, body: &Bytes) -> Result<UpstreamEvent, UnreadableReply> {
        let text = std::str::from_utf8(body)
            .map_err(|_| UnreadableReply::new("the provider's body is not UTF-8"))?;
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut events = Vec::new();
        if text.starts_with('[') {
            self.list(text, &mut events)?;
        } else {
            self.object(text, &mut events)?;
        }
        let last = events.pop();
        last.ok_or_else(|| UnreadableReply::new("the provider's body is empty"))
    }
}
