//! The reply: events as the upstream sent them, repaired where they break the protocol.

use bytes::Bytes;
use orouter_wire::StreamEvent;

use crate::reply::{Original, ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(super) struct Reader;

impl ReplyReader for Reader {
    fn stream(&self) -> Box<dyn StreamTranslator> {
        Box::new(Events)
    }

    fn body(&self, _: &Bytes) -> Result<UpstreamEvent, UnreadableReply> {
        Err(UnreadableReply::new("not written"))
    }
}

struct Events;

impl StreamTranslator for Events {
    fn frame(&mut self, _: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        if let Ok(event) = orouter_wire::from_str::<StreamEvent>(data) {
            let original = Original::Event(Bytes::copy_from_slice(data.as_bytes()));
            events.push(UpstreamEvent::with_original(event, original));
        }
    }

    fn end(&mut self, _: &mut Vec<UpstreamEvent>) {}
}
