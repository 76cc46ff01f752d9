//! [`Reader`]: reads the reply to one request.

use std::sync::Arc;

use bytes::Bytes;

use super::model::Message;
use super::translator::Translator;
use crate::output::{ReplyContext, failure};
use crate::reply::{ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(in super::super) struct Reader {
    context: Arc<ReplyContext>,
}

impl Reader {
    /// Creates a reader for the reply to a request.
    pub(in super::super) fn new(context: ReplyContext) -> Self {
        Self {
            context: Arc::new(context),
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
        let message: Message = orouter_wire::from_str(text)
            .map_err(|_| UnreadableReply::new("the provider's body is not a JSON object"))?;
        let kind = message.r#type.as_ref().map_or("", |kind| kind.as_str());
        let error = message
            .error
            .as_ref()
            .filter(|error| failure::reports(error));
        if let Some(error) = error {
            return Ok(failure::nested(error, &message.extra).into());
        }
        let has_content = message.content.is_some();
        if !has_content && (kind.contains("error") || failure::is_flat(&message.extra)) {
            return Ok(failure::flat(text.trim()).into());
        }
        let mut translator = Translator::new(Arc::clone(&self.context));
        let mut events = Vec::new();
        translator.message(message, &mut events);
        if !translator.finish(true, &mut events) {
            let reason = if has_content {
                "the provider's body has neither content nor a stop reason"
            } else {
                "the provider's body has no `content`"
            };
            return Err(UnreadableReply::new(reason));
        }
        let last = events.pop();
        last.ok_or_else(|| UnreadableReply::new("the provider's body is empty"))
    }
}
