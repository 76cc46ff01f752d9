//! User code around calls and attempts.
//!
//! [`Middleware`] runs at two levels: around the call, once, with the request and the output as
//! types; and around each attempt, retries and followed redirects included, with the HTTP request and
//! the head of the HTTP response. The first middleware added is the outermost:
//!
//! ```text
//! call → first.on_call → second.on_call → key, body, limits
//!   → for each attempt: first.on_attempt → second.on_attempt → transport
//! ```
//!
//! Timeouts and aborts end an attempt at any await, the middleware around it included. They do not
//! end middleware around a call: the total timeout starts after it.

use std::{fmt, sync::Arc};

use http::{HeaderMap, HeaderName};
use orouter_http::redact::AddedCredentials;
use orouter_wire::ResponsesRequest;

use crate::{
    error::Error,
    meta::Meta,
    options::{RequestOptions, connection_header_reason},
    send_output::SendOutput,
    transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError},
};

/// Code that runs around calls and attempts. Added with
/// [`OpenRouterBuilder::middleware`](crate::OpenRouterBuilder::middleware).
///
/// By default, both methods only call `next.run`. An implementation can change the request, inspect the
/// result, return its own result without calling `next.run` ([`Meta::new`], [`Error::custom`]), or
/// call it more than once.
///
/// # Example
///
/// ```
/// use orouter::{
///     middleware::{Attempt, Middleware, NextAttempt},
///     transport::{BoxFuture, HttpResponse, TransportError},
/// };
///
/// /// Sends the number of the attempt in a header.
/// struct Numbered;
///
/// impl Middleware for Numbered {
///     fn on_attempt<'a>(
///         &'a self,
///         mut attempt: Attempt,
///         next: NextAttempt<'a>,
///     ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
///         let number = attempt.number().into();
///         attempt.request_mut().headers_mut().insert("x-attempt", number);
///         next.run(attempt)
///     }
/// }
///
/// # fn main() -> Result<(), orouter::Error> {
/// let client = orouter::OpenRouter::builder().api_key("key").middleware(Numbered).build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
///
/// A cache, and a limit on the number of calls. The cache is added first, so that cached responses do
/// not count against the limit:
///
/// ```
/// use std::{
///     collections::HashMap,
///     sync::{
///         Mutex,
///         atomic::{AtomicU32, Ordering},
///     },
/// };
/// use orouter::{
///     Error, ErrorKind, Meta, Response, SendOutput,
///     middleware::{CallRequest, Middleware, NextCall},
///     transport::BoxFuture,
/// };
///
/// type CallResult = Result<(SendOutput, Meta), Error>;
///
/// /// Stores whole responses by request. Streams pass through.
/// #[derive(Default)]
/// struct Cache(Mutex<HashMap<String, Response>>);
///
/// impl Middleware for Cache {
///     fn on_call<'a>(&'a self, call: CallRequest, next: NextCall<'a>) -> BoxFuture<'a, CallResult> {
///         Box::pin(async move {
///             let key = orouter::to_string(&call.request);
///             if let Some(response) = self.0.lock().unwrap().get(&key) {
///                 let meta = Meta::new(http::StatusCode::OK, http::HeaderMap::new());
///                 return Ok((SendOutput::Response(response.clone()), meta));
///             }
///             let (output, meta) = next.run(call).await?;
///             if let SendOutput::Response(response) = &output {
///                 self.0.lock().unwrap().insert(key, response.clone());
///             }
///             Ok((output, meta))
///         })
///     }
/// }
///
/// /// The number of calls that are left.
/// struct Allowance(AtomicU32);
///
/// impl Middleware for Allowance {
///     fn on_call<'a>(&'a self, call: CallRequest, next: NextCall<'a>) -> BoxFuture<'a, CallResult> {
///         let take = |left: u32| left.checked_sub(1);
///         match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
///             Ok(_) => next.run(call),
///             Err(_) => Box::pin(async {
///                 Err(Error::custom(ErrorKind::Other, "this program's allowance is used up"))
///             }),
///         }
///     }
/// }
///
/// # use orouter::{OpenRouter, ResponsesRequest, testing::{ReplayTransport, Reply}};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// # let body = r#"{"id":"resp_1","status":"completed","output":[]}"#;
/// # let network = ReplayTransport::new([Reply::json(body)]);
/// let client = OpenRouter::builder()
///     .api_key("key")
///     .middleware(Cache::default())
///     .middleware(Allowance(AtomicU32::new(1)))
/// #   .transport(network.clone())
///     .build()?;
/// let ask = |text| client.responses().create(ResponsesRequest::new("m").input(text));
///
/// assert_eq!(ask("once").with_meta().await?.1.attempts(), 1);
/// assert_eq!(ask("once").with_meta().await?.1.attempts(), 0); // from the cache
/// assert_eq!(ask("another").await.unwrap_err().kind(), ErrorKind::Other);
/// # assert_eq!(network.requests().len(), 1);
/// # Ok(())
/// # }
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Runs once around each call under `/responses`.
    fn on_call<'a>(
        &'a self,
        call: CallRequest,
        next: NextCall<'a>,
    ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
        next.run(call)
    }

    /// Runs around each HTTP exchange with the server, of every call.
    ///
    /// An error made with [`TransportError::unusable`] ends the call. Other errors are retried like
    /// the same errors of the transport.
    fn on_attempt<'a>(
        &'a self,
        attempt: Attempt,
        next: NextAttempt<'a>,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        next.run(attempt)
    }
}

/// A call under `/responses`, before it is sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct CallRequest {
    /// The request. [`stream`](ResponsesRequest::stream) is `Some(true)` if the caller asked for a
    /// stream.
    pub request: ResponsesRequest,
    /// The options of the call, without those of the client.
    pub options: RequestOptions,
}

/// Shows the options. The request is left out, since it holds content.
impl fmt::Debug for CallRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallRequest")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The innermost step of a call: it sends the request, after all middleware.
pub(crate) trait InnermostCall: Sync {
    fn run(&self, call: CallRequest) -> BoxFuture<'_, Result<(SendOutput, Meta), Error>>;
}

/// The rest of a call: the middleware added later, and the call itself.
#[derive(Clone, Copy)]
pub struct NextCall<'a> {
    rest: &'a [Arc<dyn Middleware>],
    innermost: &'a dyn InnermostCall,
}

impl<'a> NextCall<'a> {
    pub(crate) fn new(rest: &'a [Arc<dyn Middleware>], innermost: &'a dyn InnermostCall) -> Self {
        Self { rest, innermost }
    }

    /// Runs the rest of the call.
    #[must_use]
    pub fn run(self, call: CallRequest) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
        match self.rest.split_first() {
            Some((first, rest)) => first.on_call(call, Self { rest, ..self }),
            None => self.innermost.run(call),
        }
    }
}

impl fmt::Debug for NextCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NextCall({} more)", self.rest.len())
    }
}

/// One HTTP exchange with the server, before it is sent.
#[derive(Clone, Debug)]
pub struct Attempt {
    number: u32,
    request: HttpRequest,
}

impl Attempt {
    pub(crate) fn new(number: u32, request: HttpRequest) -> Self {
        Self { number, request }
    }

    /// Returns the number of the attempt, counted from 1. A followed redirect is the same attempt.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the HTTP request.
    #[must_use]
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Returns the HTTP request, to change it.
    ///
    /// The transport sets the headers of the connection; [`RequestOptions::header`] lists them. If
    /// middleware sets one of these, the call fails with an error of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
    pub fn request_mut(&mut self) -> &mut HttpRequest {
        &mut self.request
    }
}

/// The rest of an attempt: the middleware added later, and the transport.
#[derive(Clone, Copy)]
pub struct NextAttempt<'a> {
    rest: &'a [Arc<dyn Middleware>],
    transport: &'a dyn Transport,
    added: &'a AddedCredentials,
}

impl<'a> NextAttempt<'a> {
    pub(crate) fn new(
        rest: &'a [Arc<dyn Middleware>],
        transport: &'a dyn Transport,
        added: &'a AddedCredentials,
    ) -> Self {
        Self {
            rest,
            transport,
            added,
        }
    }

    /// Runs the rest of the attempt.
    #[must_use]
    pub fn run(self, attempt: Attempt) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        match self.rest.split_first() {
            Some((first, rest)) => first.on_attempt(attempt, Self { rest, ..self }),
            None => {
                self.added.record(attempt.request.headers());
                match misplaced(attempt.request.headers()) {
                    Some(error) => Box::pin(async { Err(error) }),
                    None => self.transport.send(attempt.request),
                }
            }
        }
    }
}

/// Returns an error if middleware set a header of the connection. Options refuse the same headers.
fn misplaced(headers: &HeaderMap) -> Option<TransportError> {
    let refused = |name: &HeaderName| Some((name.clone(), connection_header_reason(name)?));
    let (name, why) = headers.keys().find_map(refused)?;
    let what = format!("middleware set the header {name}: {why}");
    Some(TransportError::unusable(what))
}

impl fmt::Debug for NextAttempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NextAttempt({} more)", self.rest.len())
    }
}
