//! `ReplayTransport`: a transport in memory that replays responses and records requests.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use orouter_wire::ResponsesRequest;

use super::{clock::TestClock, rendering::Numbers, reply::Reply};
use crate::{
    clock::Clock,
    send::BoxFuture,
    transport::{HttpRequest, HttpResponse, Transport, TransportError},
};

/// A [`Transport`] in memory that returns its replies in order and records the requests.
///
/// After the last reply, that reply is repeated. Clones share the replies and the requests.
///
/// # Example
///
/// ```
/// use orouter_http::{testing::{Reply, ReplayTransport}, transport::{HttpRequest, Transport}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = ReplayTransport::new([Reply::text("Hello")]);
/// let url = "http://host/api/v1/responses".parse()?;
/// let request = HttpRequest::new(http::Method::POST, url).with_body(r#"{"model":"m","input":"hi"}"#);
/// let response = transport.send(request).await?;
/// assert_eq!(response.status(), 200);
/// let requests = transport.responses_requests();
/// assert_eq!(requests[0].model.as_deref(), Some("m"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ReplayTransport(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    replies: VecDeque<Reply>,
    requests: Vec<HttpRequest>,
    numbers: Numbers,
}

impl ReplayTransport {
    /// Returns a transport with these replies. Pauses in them take no time.
    #[must_use]
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::with_clock(replies, TestClock::new())
    }

    /// Returns a transport whose pauses use `clock`. Pass the clock of the client.
    #[must_use]
    pub fn with_clock(replies: impl IntoIterator<Item = Reply>, clock: impl Clock) -> Self {
        let state = State {
            replies: replies.into_iter().collect(),
            requests: Vec::new(),
            numbers: Numbers::default(),
        };
        Self(Arc::new(Shared {
            clock: Arc::new(clock),
            state: Mutex::new(state),
        }))
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.lock().requests.clone()
    }

    /// Returns the last request. `None` before the first one.
    #[must_use]
    pub fn last_request(&self) -> Option<HttpRequest> {
        self.lock().requests.last().cloned()
    }

    /// Returns the bodies of the requests for responses, decoded. Requests without a JSON object as
    /// body, such as that for the list of models, are left out.
    #[must_use]
    pub fn responses_requests(&self) -> Vec<ResponsesRequest> {
        let state = self.lock();
        let bodies = state.requests.iter().map(HttpRequest::body);
        bodies
            .filter_map(|body| orouter_wire::from_slice(body).ok())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for ReplayTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let reply = {
            let mut state = self.lock();
            let reply = if state.replies.len() > 1 {
                state.replies.pop_front()
            } else {
                state.replies.front().cloned()
            };
            let clock = &*self.0.clock;
            let reply = reply.map(|reply| reply.rendered_for(&request, clock, &mut state.numbers));
            state.requests.push(request);
            reply
        };
        let clock = Arc::clone(&self.0.clock);
        Box::pin(async move {
            match reply {
                Some(reply) => reply.play(clock).await,
                None => Err(TransportError::unusable(
                    "the ReplayTransport has no replies",
                )),
            }
        })
    }
}

impl fmt::Debug for ReplayTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("ReplayTransport")
            .field("replies_left", &state.replies.len())
            .field("requests", &state.requests.len())
            .finish()
    }
}
