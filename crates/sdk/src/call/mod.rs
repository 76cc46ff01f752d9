//! [`Call`]: a request to the server, before it starts and while it runs.
//!
//! A call starts an operation (a request under `/responses` or `/models`), which passes its HTTP
//! request to `retry_loop.rs`. That sends it in attempts (`attempt.rs`) until one succeeds.

mod attempt;
mod error_body;
mod retry_loop;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

pub(crate) use self::{
    attempt::{EVENT_STREAM, HttpOperation, JSON},
    retry_loop::execute,
};
use orouter_http::AbortHandle;

use crate::{error::Error, meta::Meta, options::RequestOptions, transport::BoxFuture};

/// A request to the server: a future of `Result<T, Error>`.
///
/// Created by [`Responses`](crate::Responses) and [`Models`](crate::Models). It starts when it is first
/// polled; until then nothing is sent, and options can be set. It can be awaited, spawned, joined and
/// selected like any other future that is `Send`, `Unpin` and `'static`. Dropping it cancels the
/// request.
///
/// [`options`](Self::options) and the setters for single options add to the options that are already
/// set; where both set one option, the later value wins. Setters do not return errors: an unusable
/// value is an error of kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the
/// call is awaited, and nothing is sent.
///
/// Options must be set before the first poll. If one is set afterwards, the request is cancelled and
/// the call returns an error of kind `Configuration`, whose
/// [`maybe_billed`](Error::maybe_billed) is `true`. A call that is polled again after it returned its
/// result returns such an error, too.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use orouter::{AbortHandle, Call, Response, ResponsesRequest};
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// let handle = AbortHandle::new();
/// let call: Call<Response> = client
///     .responses()
///     .create(request)
///     .header("x-trace", "1")
///     .timeout(Duration::from_secs(60))
///     .max_attempts(5)
///     .abort(&handle);
///
/// let task = tokio::spawn(call);
/// let response = task.await??;
/// println!("{}", response.output_text());
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T>(State<T>);

enum State<T> {
    Prepared(Box<dyn Prepared<T>>),
    Running(BoxFuture<'static, Result<T, Error>>),
    /// An option was set after the start. The next poll returns the error.
    Refused,
    Finished,
}

impl<T: 'static> Call<T> {
    pub(crate) fn new(operation: Box<impl Operation<Output = T>>) -> Self {
        Self(State::Prepared(operation))
    }

    /// Sets options of this call. Options that were set before and are not set here stay in force.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::{RequestOptions, ResponsesRequest, RetryConfig};
    ///
    /// let options = RequestOptions::new().title("my tool").retries(RetryConfig::none());
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    /// let response = client.responses().create(request).options(options).await?;
    /// # let _ = response;
    /// # Ok(())
    /// # }
    /// ```
    pub fn options(self, options: RequestOptions) -> Self {
        self.edit_options(|earlier| options.over(earlier))
    }

    /// Sends this header; see [`RequestOptions::header`].
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.edit_options(|options| options.header(name, value))
    }

    /// Limits the whole call, including retries, waits and reading the body or stream; see
    /// [`Timeouts::total`](crate::Timeouts::total). The other limits on time stay as they are.
    pub fn timeout(self, limit: Duration) -> Self {
        self.edit_options(|mut options| {
            options.timeouts = options.timeouts.total(limit);
            options
        })
    }

    /// Sets the maximum number of attempts, including the first. Overrides the number of the client,
    /// even that of [`RetryConfig::none`](crate::RetryConfig::none); see
    /// [`RequestOptions::max_attempts`].
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.edit_options(|options| options.max_attempts(attempts))
    }

    /// Ends the call when `handle` is aborted; see [`RequestOptions::abort`].
    pub fn abort(self, handle: &AbortHandle) -> Self {
        self.edit_options(|options| options.abort(handle))
    }

    /// Returns the status, headers, attempts and time of the response next to the output.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::ResponsesRequest;
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    /// let (response, meta) = client.responses().create(request).with_meta().await?;
    /// println!("{:?} after {} attempts", response.status, meta.attempts());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_meta(self) -> Call<(T, Meta)> {
        Call(match self.0 {
            State::Prepared(call) => State::Prepared(Box::new(WithMeta(call))),
            State::Running(_) | State::Refused => State::Refused,
            State::Finished => State::Finished,
        })
    }

    /// Converts the output with `map`.
    #[cfg(feature = "blocking")]
    pub(crate) fn map<U: 'static>(self, map: impl FnOnce(T) -> U + Send + 'static) -> Call<U> {
        Call(match self.0 {
            State::Prepared(call) => State::Prepared(Box::new(Mapped { call, map })),
            State::Running(future) => State::Running(Box::pin(async { future.await.map(map) })),
            State::Refused => State::Refused,
            State::Finished => State::Finished,
        })
    }

    fn edit_options(mut self, edit: impl FnOnce(RequestOptions) -> RequestOptions) -> Self {
        match &mut self.0 {
            State::Prepared(call) => {
                let options = call.options_mut();
                *options = edit(std::mem::take(options));
            }
            State::Running(_) => self.0 = State::Refused,
            State::Refused | State::Finished => {}
        }
        self
    }
}

impl<T> Future for Call<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Prepared(_) = &self.0 {
            if let State::Prepared(call) = std::mem::replace(&mut self.0, State::Finished) {
                self.0 = State::Running(call.start());
            }
        }
        let result = match &mut self.0 {
            State::Running(future) => ready!(future.as_mut().poll(cx)),
            // The request may have been sent before the option was set.
            State::Refused => Err(Error::configuration(
                "an option was set after the call started; set options before the first poll",
            )
            .with_billed_before(true)),
            State::Prepared(_) | State::Finished => Err(Error::configuration(
                "the call was polled after it returned its result",
            )),
        };
        self.0 = State::Finished;
        Poll::Ready(result)
    }
}

/// Shows the options and the state. The request is left out, since it holds content.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut call = f.debug_struct("Call");
        match &self.0 {
            State::Prepared(prepared) => call
                .field("state", &"not started")
                .field("options", prepared.options()),
            State::Running(_) => call.field("state", &"running"),
            State::Refused => call.field("state", &"refused"),
            State::Finished => call.field("state", &"finished"),
        };
        call.finish_non_exhaustive()
    }
}

/// The work of a call, with its input and options.
///
/// A new kind of call implements this trait and is created with [`Call::new`].
pub(crate) trait Operation: Send + 'static {
    /// The value that the caller receives.
    type Output;
    /// The value that is passed through the futures of the call: a box if `Output` is large, since each
    /// future and `Result` copies it.
    type Boxed: Unbox<Self::Output>;

    fn options(&self) -> &RequestOptions;

    fn options_mut(&mut self) -> &mut RequestOptions;

    fn run(self: Box<Self>) -> impl Future<Output = Result<(Self::Boxed, Meta), Error>> + Send;
}

/// Takes the output of a call out of its box.
pub(crate) trait Unbox<T> {
    fn unbox(self) -> T;
}

impl<T> Unbox<T> for Box<T> {
    fn unbox(self) -> T {
        *self
    }
}

/// An [`Operation`] whose type is erased, before it starts.
trait Prepared<T>: Send {
    fn options(&self) -> &RequestOptions;

    fn options_mut(&mut self) -> &mut RequestOptions;

    fn start(self: Box<Self>) -> BoxFuture<'static, Result<T, Error>>;

    fn start_with_meta(self: Box<Self>) -> BoxFuture<'static, Result<(T, Meta), Error>>;
}

impl<O: Operation> Prepared<O::Output> for O {
    fn options(&self) -> &RequestOptions {
        Operation::options(self)
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        Operation::options_mut(self)
    }

    fn start(self: Box<Self>) -> BoxFuture<'static, Result<O::Output, Error>> {
        Box::pin(async {
            let (boxed, _) = self.run().await?;
            Ok(boxed.unbox())
        })
    }

    fn start_with_meta(self: Box<Self>) -> BoxFuture<'static, Result<(O::Output, Meta), Error>> {
        Box::pin(async {
            let (boxed, meta) = self.run().await?;
            Ok((boxed.unbox(), meta))
        })
    }
}

/// A call that also returns its [`Meta`].
struct WithMeta<T>(Box<dyn Prepared<T>>);

impl<T: 'static> Prepared<(T, Meta)> for WithMeta<T> {
    fn options(&self) -> &RequestOptions {
        self.0.options()
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        self.0.options_mut()
    }

    fn start(self: Box<Self>) -> BoxFuture<'static, Result<(T, Meta), Error>> {
        self.0.start_with_meta()
    }

    fn start_with_meta(self: Box<Self>) -> BoxFuture<'static, Result<((T, Meta), Meta), Error>> {
        Box::pin(async {
            let (output, meta) = self.0.start_with_meta().await?;
            Ok(((output, meta.clone()), meta))
        })
    }
}

/// A call whose output is converted by a function.
#[cfg(feature = "blocking")]
struct Mapped<T, F> {
    call: Box<dyn Prepared<T>>,
    map: F,
}

#[cfg(feature = "blocking")]
impl<T: 'static, U, F: FnOnce(T) -> U + Send + 'static> Prepared<U> for Mapped<T, F> {
    fn options(&self) -> &RequestOptions {
        self.call.options()
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        self.call.options_mut()
    }

    fn start(self: Box<Self>) -> BoxFuture<'static, Result<U, Error>> {
        Box::pin(async { self.call.start().await.map(self.map) })
    }

    fn start_with_meta(self: Box<Self>) -> BoxFuture<'static, Result<(U, Meta), Error>> {
        Box::pin(async {
            let (output, meta) = self.call.start_with_meta().await?;
            Ok(((self.map)(output), meta))
        })
    }
}
