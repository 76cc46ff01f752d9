//! The upstream: answers `POST /v1/responses`, `/v1/chat/completions`, `/v1/messages` and
//! `/v1beta/models/..` with prepared bytes, on one thread.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use memchr::memmem;
use tokio::net::TcpListener;
use tokio::time::{Sleep, sleep};

use crate::samples::{self, PACE, Protocol};

/// Pause before each event of a paced stream.
const PAUSE: Duration = Duration::from_millis(1);

/// Prepared bytes of one protocol.
struct Prepared {
    body: Bytes,
    frames: Arc<[Bytes]>,
}

impl Prepared {
    fn new(protocol: Protocol) -> Self {
        let frames = samples::frames(protocol).into_iter().map(Bytes::from);
        Self {
            body: samples::body(protocol).into(),
            frames: frames.collect(),
        }
    }
}

/// Serves until the process is killed. Prints its port.
pub async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    let prepared = Arc::new(Protocol::ALL.map(Prepared::new));
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let prepared = Arc::clone(&prepared);
        let service = service_fn(move |request| {
            let prepared = Arc::clone(&prepared);
            async move { answer(request, &prepared).await }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // Gateways close connections as they like.
            let _ = connection.await;
        });
    }
}

type ResponseBody = Either<Full<Bytes>, Frames>;

/// Returns the protocol of a path, and `true` if the path asks for a stream.
fn protocol(path: &str) -> Option<(Protocol, bool)> {
    if path.ends_with("/responses") {
        Some((Protocol::Responses, false))
    } else if path.ends_with("/chat/completions") {
        Some((Protocol::Chat, false))
    } else if path.ends_with("/messages") {
        Some((Protocol::Anthropic, false))
    } else if path.ends_with("streamGenerateContent") {
        // With a colon before it, which some clients encode.
        Some((Protocol::Gemini, true))
    } else if path.ends_with("generateContent") {
        Some((Protocol::Gemini, false))
    } else {
        None
    }
}

async fn answer(
    request: Request<Incoming>,
    prepared: &[Prepared; 4],
) -> Result<Response<ResponseBody>, hyper::Error> {
    let Some((protocol, streams)) = protocol(request.uri().path()) else {
        let mut response = Response::new(Either::Left(Full::default()));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    };
    let prepared = &prepared[protocol.index()];
    let body = request.into_body().collect().await?.to_bytes();
    let stream = [&b"\"stream\":true"[..], b"\"stream\": true"];
    let asks = |text: &&[u8]| memmem::find(&body, text).is_some();
    let (kind, body) = if streams || stream.iter().any(asks) {
        let paced = memmem::find(&body, PACE.as_bytes()).is_some();
        let frames = Frames::new(Arc::clone(&prepared.frames), paced);
        ("text/event-stream; charset=utf-8", Either::Right(frames))
    } else {
        let body = Full::new(prepared.body.clone());
        ("application/json", Either::Left(body))
    };
    let response = Response::builder()
        .header("content-type", kind)
        .header("x-request-id", "req_0a1b2c3d4e5f60718293a4b5c6d7e8f9")
        .header("openai-processing-ms", "412");
    Ok(response.body(body).expect("valid headers"))
}

/// A stream that yields to the connection after each frame, so that each gets a write of its own.
struct Frames {
    frames: Arc<[Bytes]>,
    next: usize,
    yielded: bool,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Frames {
    fn new(frames: Arc<[Bytes]>, paced: bool) -> Self {
        Self {
            frames,
            next: 0,
            yielded: true,
            pause: paced.then(|| Box::pin(sleep(PAUSE))),
        }
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(frame) = self.frames.get(self.next).cloned() else {
            return Poll::Ready(None);
        };
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            pause.set(sleep(PAUSE));
        } else if !std::mem::replace(&mut self.yielded, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.yielded = false;
        self.next += 1;
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }
}
