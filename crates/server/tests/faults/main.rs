//! The server in front of failing upstreams, over sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod expected;
mod matrix;
#[path = "../support/mod.rs"]
mod support;
