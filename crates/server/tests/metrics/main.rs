//! `GET /metrics`: where it is served, its formats, values, names and number of series.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod documents;
mod exposition;
mod formats;
mod listeners;
mod series;
mod serving;
#[path = "../support/mod.rs"]
mod support;
mod values;
