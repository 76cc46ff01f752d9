//! Redaction: `Debug`, error messages and logs show neither secrets nor content.
//!
//! Redaction never changes a request. It has three rules:
//!
//! - Header values are shown for a short list of names, and hidden for all others ([`Headers`]).
//! - URLs are shown without credentials, query and fragment ([`location`]).
//! - Text of a server is shown without control characters, without words that look like a key
//!   ([`line()`]), and without the secrets that the request carried ([`line_without`], [`Credentials`]).

mod credentials;
mod headers;
mod location;
mod names;
mod secrets;
mod text;

pub use self::{
    credentials::{AddedCredentials, Credentials},
    headers::Headers,
    location::location,
    secrets::Secrets,
    text::{line, line_without},
};
