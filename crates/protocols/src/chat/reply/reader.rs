//! [`Reader`]: reads the reply to one request.

use std::sync::Arc;

use bytes::Bytes;

use super::model::Chunk;
use super::translator::Translator;
use crate::output::{ToolNames, failure};
use crate::reply::{ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(in super::super) struct Reader {
    tools: Arc<ToolNames>,
}

impl Reader {
    /// Creates a reader for the reply to a request with these tools.
    pub(in super::super) fn new(tools: ToolNames) -> Self {
        Self {
            tools: Arc::new(tools),
        }
    }
}

impl ReplyReader for Reader {
    fn stream(&self) -> Box<dyn StreamTranslator> {
        Box::new(Translator::new(Arc::clone(&self.tools)))
    }

    fn body(&self, body: &Bytes) -> Result<UpstreamEvent, UnreadableReply> {
        let text = std::str::from_utf8(body)
            .map_err(|_| UnreadableReply::new("the provider's body is not UTF-8"))?;
        let chunk: Chunk = orouter_wire::from_str(text)
            .map_err(|_| UnreadableReply::new("the provider's body is not a JSON object"))?;
        let mut translator = Translator::new(Arc::clone(&self.tools));
        let mut events = Vec::new();
        let has_choice = chunk
            .choices
            .as_ref()
            .is_some_and(|choices| !choices.is_empty());
        if !has_choice && chunk.error.is_none() && failure::is_flat(&chunk.extra) {
            translator.fail_flat(text.trim(), &mut events);
        } else {
            translator.chunk(chunk, true, &mut events);
            if !translator.finish(true, &mut events) {
                let reason = if has_choice {
                    "the provider's body has neither content nor a finish reason"
                } else {
                    "the provider's body has no `choices`"
                };
                return Err(UnreadableReply::new(reason));
            }
        }
        let last = events.pop();
        last.ok_or_else(|| UnreadableReply::new("the provider's body is empty"))
    }
}
