//! `POST /chat/completions`, over sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

mod client;
mod errors;
mod failures;
mod replies;
#[path = "../support/mod.rs"]
mod support;
mod upstreams;
