//! Framing: the same chunks through every parser. Events are read and dropped.

use std::convert::Infallible;
use std::num::NonZeroUsize;

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_util::{FutureExt, Stream, StreamExt, stream};

/// Parser by name. The function takes chunks and returns the number of data bytes.
pub type Parser = (&'static str, fn(&[Bytes]) -> usize);

pub const PARSERS: &[Parser] = &[
    ("orouter-wire", ours),
    ("sse-core", sse_core),
    ("sse-stream", sse_stream),
    ("sseer", sseer),
    ("eventsource-stream", eventsource_stream),
];

fn ours(chunks: &[Bytes]) -> usize {
    let mut decoder = orouter_wire::sse::Decoder::new();
    let mut seen = 0;
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(event) = decoder.next().expect("within the limit") {
            seen += event.data.len();
        }
    }
    seen
}

fn sse_core(chunks: &[Bytes]) -> usize {
    let limit = NonZeroUsize::new(64 << 20).expect("not zero");
    let mut decoder = sse_core::SseDecoder::with_limit(limit);
    let mut seen = 0;
    for chunk in chunks {
        let mut chunk = chunk.clone();
        while let Some(event) = decoder.next(&mut chunk) {
            if let sse_core::SseEvent::Message(message) = event.expect("within the limit") {
                seen += message.data.len();
            }
        }
    }
    seen
}

/// Polls a stream that is always ready to its end.
fn drain<S: Stream>(stream: S, mut seen: impl FnMut(S::Item) -> usize) -> usize {
    let mut stream = std::pin::pin!(stream);
    let mut total = 0;
    while let Some(Some(item)) = stream.next().now_or_never() {
        total += seen(item);
    }
    total
}

fn ready(chunks: &[Bytes]) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
    stream::iter(chunks.iter().cloned().map(Ok))
}

fn sse_stream(chunks: &[Bytes]) -> usize {
    drain(sse_stream::SseByteStream::new(ready(chunks)), |event| {
        event
            .expect("a good stream")
            .data
            .map_or(0, |data| data.len())
    })
}

fn sseer(chunks: &[Bytes]) -> usize {
    drain(
        sseer::event_stream::EventStream::new(ready(chunks)),
        |event| event.map(|event| event.data.len()).unwrap_or(0),
    )
}

fn eventsource_stream(chunks: &[Bytes]) -> usize {
    drain(ready(chunks).eventsource(), |event| {
        event.map(|event| event.data.len()).unwrap_or(0)
    })
}
