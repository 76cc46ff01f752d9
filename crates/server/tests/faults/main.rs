//! The server in front of failing upstreams, over sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bad_input;
mod cancel;
mod chained;
mod expected;
mod fallback;
mod lifecycle;
mod limits;
mod matrix;
mod media_urls;
mod notes;
mod private_texts;
mod recordings;
#[path = "../support/mod.rs"]
mod support;
