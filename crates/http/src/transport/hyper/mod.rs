//! The transport over hyper's HTTP/1.1 connections, with a pool of its own. Its types stay inside.

mod addresses;
mod body;
mod builder;
mod connection;
mod connector;
mod pool;
mod route;
mod socket;
#[cfg(feature = "rustls")]
mod tls;
mod transport;

pub use self::{builder::HyperTransportBuilder, transport::HyperTransport};
