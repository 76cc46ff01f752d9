//! Refuses URLs of images, files, audio and video that point inside the network.
//!
//! Upstreams fetch such URLs themselves. An upstream beside this server can reach what its client
//! cannot: metadata services, databases, files of its host. Names are not looked up, because the
//! answer could be another one when the upstream asks.

mod check;
mod refused;

pub(crate) use check::check;
