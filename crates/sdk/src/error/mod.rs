//! [`Error`], the one error type of this crate: opaque, one pointer wide and cheap to clone.
//!
//! | File | Holds |
//! |---|---|
//! | `table.rs` | kinds and statuses with their names, texts, advice and retry classes |
//! | `construct.rs` | errors that the client makes |
//! | `custom.rs` | errors that callers make |
//! | `from_http.rs`, `from_inputs.rs` | errors from those of `orouter-http`, of files and of histories |
//! | `from_wire.rs` | errors from those of `orouter-wire` |
//! | `parts.rs` | accessors of the parts that the server sent |
//! | `predicates.rs` | kind, class and questions such as [`is_retryable`](Error::is_retryable) |
//! | `display.rs` | `Display` and `Debug` |
//!
//! Error bodies are read in [`orouter_wire::failure`].

mod construct;
mod custom;
mod display;
mod from_http;
mod from_inputs;
mod from_wire;
mod parts;
mod predicates;
mod table;

use std::{error::Error as StdError, sync::Arc, time::Duration};

use bytes::Bytes;
use orouter_http::{
    TimeoutKind,
    redact::{Credentials, Secrets},
};
use orouter_wire::{
    Response,
    failure::{BodyForm, ReportedFailure},
};

pub use self::table::ErrorKind;
pub(crate) use self::table::Resend;
use crate::{meta::Meta, run::ModelRun};

/// The reason why a call failed.
///
/// [`kind`](Self::kind) is what to match on. Predicates such as
/// [`is_rate_limit`](Self::is_rate_limit) and [`is_retryable`](Self::is_retryable) also look at the
/// code and type that the server sent. Accessors return the parts of the server's response:
/// [`status`](Self::status), [`body`](Self::body), [`message`](Self::message) and others.
///
/// Code around the client makes errors with [`custom`](Self::custom) and
/// [`from_response`](Self::from_response).
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, request: orouter::ResponsesRequest) {
/// use orouter::ErrorKind;
///
/// match client.responses().create(request).await {
///     Ok(response) => println!("{}", response.output_text()),
///     Err(error) if error.kind() == ErrorKind::PaymentRequired => println!("out of credits"),
///     Err(error) if error.is_retryable() => println!("try later, in {:?}", error.retry_after()),
///     // One line: what failed, where, what to do, and the causes.
///     Err(error) => eprintln!("{error:?}"),
/// }
/// # }
/// ```
///
/// # Formats
///
/// | Format | Prints |
/// |---|---|
/// | `{}` | one line: what failed, where, what to do |
/// | `{:?}` | the same line and the causes, also in one line |
/// | `{:#?}` | the fields, one per line |
///
/// `{}` leaves the causes to [`source`](std::error::Error::source), so a report that prints the
/// chain, such as `anyhow`'s, repeats nothing. No format prints a key, and each shortens the
/// server's message.
///
/// # Clone
///
/// A clone shares everything with the original, the causes included, and costs one reference count.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    /// Summary of the failure; not shown for an error status, whose reason phrase says it.
    summary: String,
    /// Method and URL, without query.
    location: Option<String>,
    timeout: Option<TimeoutKind>,
    /// The last attempt's request may have left.
    sent: bool,
    /// An earlier attempt may have been billed.
    billed_before: bool,
    meta: Option<Meta>,
    /// The credentials to redact from messages, if there is no `meta` that holds them.
    credentials: Option<Credentials>,
    attempts: u32,
    elapsed: Duration,
    body: Option<Bytes>,
    detail: ReportedFailure,
    body_form: BodyForm,
    retry_after: Option<Duration>,
    partial: Option<Arc<Response>>,
    /// The run that failed, if the call was one of a run.
    run: Option<Arc<ModelRun>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Inner {
    fn secrets(&self) -> Secrets {
        let from_meta = self.meta.as_ref().map(Meta::secrets);
        from_meta
            .or_else(|| self.credentials.as_ref().map(Credentials::secrets))
            .unwrap_or_default()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(&**source)
    }
}
