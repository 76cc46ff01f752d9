//! [`Limits`]: sizes, times and counts that a server enforces.

use std::time::Duration;

use crate::request_limits::RequestLimits;

/// Sizes, times and counts that a server enforces. All of them have defaults.
///
/// ```
/// use std::time::Duration;
/// let limits = orouter_server::Limits::default().body_bytes(1024 * 1024).drain(Duration::from_secs(5));
/// assert_eq!(limits.body_bytes, 1024 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Maximum size of a request body after decompression, in bytes. A larger one is a 413. Default
    /// 32 MiB.
    pub body_bytes: usize,
    /// Maximum memory for the bodies of all requests in flight and for the decoded requests, in
    /// bytes. Beyond it a request is a 503 with `Retry-After`. One eighth is reserved for bodies of
    /// up to 256 KiB. Default 256 MiB.
    pub bodies_in_flight: usize,
    /// Maximum numbers of items, tools and other values in one request.
    pub request: RequestLimits,
    /// Maximum time for a client to send its body. After it the request is a 408. Default 60 s.
    pub body_timeout: Duration,
    /// Maximum time between the first byte of a request's head and its end. After it the client
    /// gets a 408. Also limits the wait for the first byte of a new connection. Default 30 s.
    pub head_timeout: Duration,
    /// Maximum time that a connection stays open between two requests. It should exceed the idle
    /// timeout of load balancers (often 60 s), which would otherwise send requests into connections
    /// that close. Default 90 s.
    pub keep_alive_timeout: Duration,
    /// Maximum time that the head of a stream waits for the first content, so that a failure keeps
    /// its HTTP status. After it, the head is sent, and a failure is reported in the stream.
    /// Default 10 s.
    pub head_hold: Duration,
    /// Interval of comments in a stream without events. Default 5 s.
    pub keep_alive: Duration,
    /// On shutdown, maximum time for running responses to finish. After it they end as failed.
    /// Default 30 s.
    pub drain: Duration,
    /// On shutdown, time during which `GET /ready` reports 503 and requests are still accepted, so
    /// that load balancers notice before the listener closes. It should exceed the interval of
    /// their probes. Default 100 ms; `orouter serve` sets 1 s.
    pub shutdown_delay: Duration,
    /// Maximum number of open connections, at least 1. Further connections wait in the system's
    /// accept queue until another one closes. Default 1000, below the usual limit of 1024 file
    /// descriptors.
    pub max_connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 32 * 1024 * 1024,
            bodies_in_flight: 256 * 1024 * 1024,
            request: RequestLimits::default(),
            body_timeout: Duration::from_secs(60),
            head_timeout: Duration::from_secs(30),
            keep_alive_timeout: Duration::from_secs(90),
            head_hold: Duration::from_secs(10),
            keep_alive: Duration::from_secs(5),
            drain: Duration::from_secs(30),
            shutdown_delay: Duration::from_millis(100),
            max_connections: 1000,
        }
    }
}

impl Limits {
    /// Sets [`body_bytes`](Self::body_bytes).
    #[must_use]
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Sets [`bodies_in_flight`](Self::bodies_in_flight).
    #[must_use]
    pub fn bodies_in_flight(mut self, bytes: usize) -> Self {
        self.bodies_in_flight = bytes;
        self
    }

    /// Sets [`request`](Self::request).
    #[must_use]
    pub fn request(mut self, limits: RequestLimits) -> Self {
        self.request = limits;
        self
    }

    /// Sets [`body_timeout`](Self::body_timeout).
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Sets [`head_timeout`](Self::head_timeout).
    #[must_use]
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head_timeout = timeout;
        self
    }

    /// Sets [`keep_alive_timeout`](Self::keep_alive_timeout).
    #[must_use]
    pub fn keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.keep_alive_timeout = timeout;
        self
    }

    /// Sets [`head_hold`](Self::head_hold).
    #[must_use]
    pub fn head_hold(mut self, hold: Duration) -> Self {
        self.head_hold = hold;
        self
    }

    /// Sets [`keep_alive`](Self::keep_alive).
    #[must_use]
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.keep_alive = interval;
        self
    }

    /// Sets [`drain`](Self::drain).
    #[must_use]
    pub fn drain(mut self, timeout: Duration) -> Self {
        self.drain = timeout;
        self
    }

    /// Sets [`shutdown_delay`](Self::shutdown_delay).
    #[must_use]
    pub fn shutdown_delay(mut self, delay: Duration) -> Self {
        self.shutdown_delay = delay;
        self
    }

    /// Sets [`max_connections`](Self::max_connections).
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }
}
