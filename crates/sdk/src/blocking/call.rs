//! [`Call`]: a request to the server that blocks the thread.

use std::{fmt, sync::Arc, time::Duration};

use super::background::Background;
use crate::{AbortHandle, Error, Meta, RequestOptions};

/// A request to the server that has not started. [`call`](Self::call) sends it and waits for the output.
///
/// Created by [`Responses`](super::Responses) and [`Models`](super::Models). Has the same setters as
/// [the async call](crate::Call).
///
/// # Example
///
/// ```no_run
/// # fn main() -> Result<(), orouter::Error> {
/// use std::time::Duration;
/// use orouter::{ResponsesRequest, blocking::OpenRouter};
///
/// let client = OpenRouter::from_env()?;
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// let (response, meta) = client
///     .responses()
///     .create(request)
///     .timeout(Duration::from_secs(60))
///     .with_meta()
///     .call()?;
/// println!("{} ({} attempts)", response.output_text(), meta.attempts());
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until `call`"]
pub struct Call<T> {
    call: crate::Call<T>,
    background: Arc<Background>,
}

impl<T: 'static> Call<T> {
    pub(super) fn new(call: crate::Call<T>, background: Arc<Background>) -> Self {
        Self { call, background }
    }

    /// Sets options of this call; see [`Call::options`](crate::Call::options).
    pub fn options(mut self, options: RequestOptions) -> Self {
        self.call = self.call.options(options);
        self
    }

    /// Sends this header; see [`Call::header`](crate::Call::header).
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    /// Limits the whole call; see [`Call::timeout`](crate::Call::timeout).
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.call = self.call.timeout(limit);
        self
    }

    /// Sets the maximum number of attempts; see [`Call::max_attempts`](crate::Call::max_attempts).
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.call = self.call.max_attempts(attempts);
        self
    }

    /// Ends the call when `handle` is aborted; see [`Call::abort`](crate::Call::abort).
    pub fn abort(mut self, handle: &AbortHandle) -> Self {
        self.call = self.call.abort(handle);
        self
    }

    /// Returns the status, headers, attempts and time of the response next to the output.
    pub fn with_meta(self) -> Call<(T, Meta)> {
        Call::new(self.call.with_meta(), self.background)
    }

    /// Sends the request and waits for the output.
    ///
    /// # Errors
    ///
    /// Returns the errors of the async call, and an error of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) directly inside async code.
    pub fn call(self) -> Result<T, Error> {
        self.background.run(self.call)?
    }

    /// Sends the request and waits for the output and its [`Meta`]. Same as
    /// [`with_meta`](Self::with_meta) and [`call`](Self::call).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`call`](Self::call).
    pub fn call_with_meta(self) -> Result<(T, Meta), Error> {
        self.with_meta().call()
    }
}

/// Shows the options and the state. The request is left out, since it holds content.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}
