//! Code of the caller's around calls and attempts.
//!
//! There are two places to stand in. Around the call, once, with the request and the outcome as
//! types; and around each attempt, retries and followed redirects included, with the head of the HTTP
//! exchange. What is added to the client first stands outermost:
//!
//! ```text
//! call → first.on_call → second.on_call → key, body, limits
//!   → for each attempt: first.on_attempt → second.on_attempt → transport
//! ```
//!
//! Limits on time and aborts hold for middleware as for everything else: around an attempt they end
//! it wherever it is.

use std::{fmt, sync::Arc};

use http::{HeaderMap, HeaderName};
use orouter_wire::ResponsesRequest;

use orouter_http::redact::AddedCredentials;

use crate::{
    client::OpenRouterCore,
    error::Error,
    meta::Meta,
    options::{RequestOptions, connection_header_reason},
    responses::{self, Sent},
    transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError},
};

/// Code that runs around calls and attempts. Set with
/// [`OpenRouterBuilder::middleware`](crate::OpenRouterBuilder::middleware).
///
/// Both methods do nothing unless implemented. Each may change what it passes on, look at what comes
/// back, answer by itself without going on ([`Meta::new`], [`Error::custom`]), or go on more than once.
///
/// # Example
///
/// ```
/// use orouter::{
///     middleware::{Attempt, Middleware, NextAttempt},
///     transport::{BoxFuture, HttpResponse, TransportError},
/// };
///
/// /// Numbers the attempts for a proxy that wants it.
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
/// A cache, which answers what was asked before, and a limit, which refuses what is too much. The
/// cache is added first, so that what it knows is not counted:
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
///     Error, ErrorKind, Meta, Response, Sent,
///     middleware::{Call, Middleware, NextCall},
///     transport::BoxFuture,
/// };
///
/// type Outcome = Result<(Sent, Meta), Error>;
///
/// /// Whole answers by what was asked. Streams pass through.
/// #[derive(Default)]
/// struct Cache(Mutex<HashMap<String, Response>>);
///
/// impl Middleware for Cache {
///     fn on_call<'a>(&'a self, call: Call, next: NextCall<'a>) -> BoxFuture<'a, Outcome> {
///         Box::pin(async move {
///             let asked = orouter::to_string(&call.request);
///             if let Some(response) = self.0.lock().unwrap().get(&asked) {
///                 let meta = Meta::new(http::StatusCode::OK, http::HeaderMap::new());
///                 return Ok((Sent::Response(response.clone()), meta));
///             }
///             let (sent, meta) = next.run(call).await?;
///             if let Sent::Response(response) = &sent {
///                 self.0.lock().unwrap().insert(asked, response.clone());
///             }
///             Ok((sent, meta))
///         })
///     }
/// }
///
/// /// How many calls may still be made.
/// struct Allowance(AtomicU32);
///
/// impl Middleware for Allowance {
///     fn on_call<'a>(&'a self, call: Call, next: NextCall<'a>) -> BoxFuture<'a, Outcome> {
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
/// # let answer = r#"{"id":"resp_1","status":"completed","output":[]}"#;
/// # let network = ReplayTransport::new([Reply::json(answer)]);
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
    /// Around a call under `/responses`, once.
    fn on_call<'a>(
        &'a self,
        call: Call,
        next: NextCall<'a>,
    ) -> BoxFuture<'a, Result<(Sent, Meta), Error>> {
        next.run(call)
    }

    /// Around one exchange with the server, of any call.
    ///
    /// An error with [`TransportError::unusable`] ends the call; others are tried again as such an
    /// error of the transport would be.
    fn on_attempt<'a>(
        &'a self,
        attempt: Attempt,
        next: NextAttempt<'a>,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        next.run(attempt)
    }
}

/// A call under `/responses`, before it is made.
#[derive(Clone)]
#[non_exhaustive]
pub struct Call {
    /// What is asked. [`stream`](ResponsesRequest::stream) is set when a stream was asked for.
    pub request: ResponsesRequest,
    /// The options of the call; those of the client are not in it.
    pub options: RequestOptions,
}

/// Shows the options; what is asked stays out.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The rest of a call: the middleware further in, and the call itself.
#[derive(Clone, Copy)]
pub struct NextCall<'a> {
    rest: &'a [Arc<dyn Middleware>],
    core: &'a OpenRouterCore,
}

impl<'a> NextCall<'a> {
    pub(crate) fn new(core: &'a OpenRouterCore) -> Self {
        Self {
            rest: &core.shared().middleware,
            core,
        }
    }

    /// Goes on.
    #[must_use]
    pub fn run(self, call: Call) -> BoxFuture<'a, Result<(Sent, Meta), Error>> {
        match self.rest.split_first() {
            Some((first, rest)) => first.on_call(call, Self { rest, ..self }),
            None => Box::pin(async move {
                let (outcome, meta) = responses::exchange(self.core, &call).await?;
                Ok((outcome.into(), meta))
            }),
        }
    }
}

impl fmt::Debug for NextCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NextCall({} more)", self.rest.len())
    }
}

/// One exchange with the server, before it is made.
#[derive(Clone, Debug)]
pub struct Attempt {
    number: u32,
    request: HttpRequest,
}

impl Attempt {
    pub(crate) fn new(number: u32, request: HttpRequest) -> Self {
        Self { number, request }
    }

    /// Which attempt of the call it is, from 1. A followed redirect is the same attempt.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What is to be sent.
    #[must_use]
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// What is to be sent, to change it.
    ///
    /// Headers that say how the connection is used are the transport's, as they are for
    /// [`RequestOptions::header`]: an attempt that sets one ends the call with an error of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
    pub fn request_mut(&mut self) -> &mut HttpRequest {
        &mut self.request
    }
}

/// The rest of an attempt: the middleware further in, and the transport.
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

    /// Goes on.
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

/// What middleware set and is not a caller's to set, as options refuse it.
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
