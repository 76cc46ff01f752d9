//! The transport over `reqwest`. Its types stay inside, except with the feature `own-reqwest-client`.

mod builder;
mod exchange;
#[cfg(feature = "http2")]
mod http2;
mod pools;
mod settings;

pub use self::{builder::ReqwestTransportBuilder, exchange::ReqwestTransport};
