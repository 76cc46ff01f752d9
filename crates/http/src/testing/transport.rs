//! `ReplayTransport`: a transport in memory that replays responses and records requests.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{clock::TestClock, reply::Reply};
use crate::{
    clock::Clock,
    send::BoxFuture,
    transport::{HttpRequest, HttpResponse, Transport, TransportError},
};

/// A [`Transport`] in memory that returns its replies in order and records the requests.
///
/// After the last reply, that reply is repeated. Clones share the replies and the requests.
#[derive(Clone)]
pub struct ReplayTransport(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    replies: VecDeque<Reply>,
    requests: Vec<HttpRequest>,
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for ReplayTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let reply = {
            let mut state = self.lock();
            state.requests.push(request);
            if state.replies.len() > 1 {
                state.replies.pop_front()
            } else {
                state.replies.front().cloned()
            }
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
