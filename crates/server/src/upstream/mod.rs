//! Providers over HTTP: the only place in which the server sends requests to upstreams, for every
//! protocol.
//!
//! | Module | Content |
//! |---|---|
//! | `upstreams` | the state that all providers share |
//! | `http` | the provider: one call of an upstream |
//! | `head` | URL and headers of a provider's requests |
//! | `reply` | the reply as events |
//! | `error_reply` | replies with an error status, and failures of connections |
//! | `encrypted` | the endpoints that issued encrypted contents and signatures |
//! | `fetch` | files behind URLs in requests, for upstreams that take no URLs |
//! | `media_urls` | refuses URLs in requests that no upstream may fetch |

mod body_form;
mod encrypted;
mod error_reply;
mod fetch;
mod head;
mod http;
mod media_urls;
mod reply;
mod setup_error;
#[cfg(test)]
mod tests;
mod upstreams;

pub(crate) use media_urls::check as check_media_urls;
pub use setup_error::SetupError;
pub(crate) use upstreams::Upstreams;
