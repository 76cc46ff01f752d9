//! Fetches the files whose URLs a request contains, for upstreams that take no URLs.
//!
//! The URLs come from clients, so the server would connect wherever a client wants. A fetch reaches
//! only addresses of the public Internet, at the standard ports of HTTP: the name is resolved once,
//! every address is checked, and the connection goes to a checked address.

mod address;
mod client;
mod parts;

pub(super) use address::is_public;
pub(super) use client::UrlFetcher;
