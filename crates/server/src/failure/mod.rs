//! Failures of requests, for every stage. [`kind`] is the table of statuses, `error_type`s and
//! codes. [`http_body`] and [`response_error`] are the two forms that clients get. [`provider`]
//! turns a provider's failure into one of this server's, and [`chat`] one of this server's into that of
//! a client of Chat Completions.

mod chat;
mod fallback;
mod http_body;
mod kind;
mod private_text;
mod provider;
mod response_error;
mod rows;
mod value;

pub(crate) use fallback::Fallback;
pub use kind::FailureKind;
pub use value::Failure;
pub(crate) use value::RateLimit;
