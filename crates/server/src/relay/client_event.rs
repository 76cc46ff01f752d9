//! [`ClientEvent`]: an event for the client, and its frame.

use bytes::{BufMut, Bytes, BytesMut};
use orouter_protocols::json_text::{Edit, edit_into};
use orouter_protocols::{Original, UpstreamEvent};
use orouter_wire::sse::Encoder;
use orouter_wire::{EventClass, StreamEvent};

/// Bytes of a frame besides those of the event's JSON: the names of its lines, the event's type and
/// the sequence number.
const FRAME_OVERHEAD: usize = 96;

/// An event for the client.
pub(super) struct ClientEvent {
    event: StreamEvent,
    text: Option<Bytes>,
    number: u32,
}

impl ClientEvent {
    /// Numbers an event. If it has the text from which it was decoded, that text is sent, with
    /// another number.
    pub(super) fn new(event: UpstreamEvent, number: u32) -> Self {
        let text = match event.original {
            Some(Original::Event(text)) => Some(text),
            Some(Original::Response(_)) => None,
            // Its number can be set in its text only.
            None if event.event.class() == EventClass::Unknown => {
                Some(Bytes::from(orouter_wire::to_vec(&event.event)))
            }
            None => None,
        };
        Self {
            event: event.event,
            text,
            number,
        }
    }

    /// Returns the event without its number.
    pub(super) fn event(&self) -> &StreamEvent {
        &self.event
    }

    /// Encodes the event as one frame, which is sent in one write.
    pub(super) fn into_frame(mut self) -> Bytes {
        let length = self.text.as_ref().map_or(128, Bytes::len);
        let mut frame = BytesMut::with_capacity(length + FRAME_OVERHEAD);
        if !self.splice(&mut frame) {
            frame.clear();
            self.event.set_sequence_number(self.number);
            Encoder::new().event(self.event.kind(), &self.event, &mut frame);
        }
        frame.freeze()
    }

    /// Writes the frame from the event's text. Returns `false` if that is not possible.
    fn splice(&self, frame: &mut BytesMut) -> bool {
        let Some(text) = self
            .text
            .as_deref()
            .and_then(|text| std::str::from_utf8(text).ok())
        else {
            return false;
        };
        let kind = self.event.kind();
        if kind.contains(['\n', '\r']) {
            return false;
        }
        frame.put_slice(b"event: ");
        frame.put_slice(kind.as_bytes());
        frame.put_slice(b"\ndata: ");
        let start = frame.len();
        let mut digits = [0; 10];
        let number = Edit::set("sequence_number", decimal(self.number, &mut digits));
        if edit_into(text, &[number], frame).is_none() {
            return false;
        }
        // Line ends between the members would end the line of the frame.
        for byte in frame.get_mut(start..).unwrap_or_default() {
            if matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        frame.put_slice(b"\n\n");
        true
    }
}

/// Writes a number in decimal digits.
fn decimal(mut number: u32, digits: &mut [u8; 10]) -> &str {
    let mut start = digits.len();
    loop {
        start -= 1;
        if let Some(digit) = digits.get_mut(start) {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        }
        number /= 10;
        if number == 0 {
            break;
        }
    }
    let digits = digits.get(start..).unwrap_or_default();
    std::str::from_utf8(digits).unwrap_or("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_event_stays_except_for_its_number() {
        let event: StreamEvent =
            orouter_wire::from_str(r#"{"type":"response.output_text.delta","delta":"x"}"#)
                .expect("an event");
        for (text, number, data) in [
            (
                r#"{"type":"a","sequence_number":7,"n":1.0}"#,
                4_294_967_295,
                r#"{"type":"a","sequence_number":4294967295,"n":1.0}"#,
            ),
            (
                r#"{"delta": "x"}"#,
                0,
                r#"{"delta": "x","sequence_number":0}"#,
            ),
            ("{\n\"a\":\r\n1}", 10, r#"{ "a":  1,"sequence_number":10}"#),
        ] {
            let original = Original::Event(Bytes::from_static(text.as_bytes()));
            let event = UpstreamEvent::with_original(event.clone(), original);
            let frame = ClientEvent::new(event, number).into_frame();
            let expected = format!("event: response.output_text.delta\ndata: {data}\n\n");
            assert_eq!(frame, expected.as_bytes());
        }
        let broken = Original::Event(Bytes::from_static(b"[1]"));
        let event = UpstreamEvent::with_original(event, broken);
        let frame = ClientEvent::new(event, 3).into_frame();
        assert!(
            frame.starts_with(b"event: response.output_text.delta\ndata: {"),
            "{frame:?}"
        );
    }
}
