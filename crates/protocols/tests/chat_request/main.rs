//! Requests for Chat Completions: recorded requests, translation traps, orders of items, and the
//! table of the documentation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod orders;
mod parameters;
mod recordings;
mod support;
mod table;
mod tools;
mod traps;
