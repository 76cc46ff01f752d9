//! Traces over OTLP: a collector in this process receives and decodes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod collector;
mod content;
mod ends;
mod outage;
mod propagation;
mod serving;
mod spans;
#[path = "../support/mod.rs"]
mod support;
mod transfer;
