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
mod debug;
mod expected;
mod fallback;
mod filtered;
mod lifecycle;
mod limits;
mod matrix;
mod media_urls;
mod metadata;
mod notes;
mod private_texts;
mod recordings;
mod replay;
#[path = "../support/mod.rs"]
mod support;
