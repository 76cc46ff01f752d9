//! The reply: from Chat Completions to events of the Responses API.

mod tool_names;

use bytes::Bytes;

pub use tool_names::{ToolKind, ToolName, ToolNames};

use crate::reply::{ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(super) struct Reader {
    _tools: ToolNames,
}

impl Reader {
    pub(super) fn new(tools: ToolNames) -> Self {
        Self { _tools: tools }
    }
}

impl ReplyReader for Reader {
    fn stream(&self) -> Box<dyn StreamTranslator> {
        Box::new(Unwritten)
    }

    fn body(&self, _: &Bytes) -> Result<UpstreamEvent, UnreadableReply> {
        Err(UnreadableReply::new("not written"))
    }
}

struct Unwritten;

impl StreamTranslator for Unwritten {
    fn frame(&mut self, _: &str, _: &str, _: &mut Vec<UpstreamEvent>) {}
    fn end(&mut self, _: &mut Vec<UpstreamEvent>) {}
}
