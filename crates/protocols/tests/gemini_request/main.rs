//! Requests for Gemini's generateContent: the rules of the API, recorded requests, translation traps,
//! and the table of the documentation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod parameters;
mod recordings;
mod rules;
mod signatures;
mod support;
mod table;
mod tools;
mod traps;
