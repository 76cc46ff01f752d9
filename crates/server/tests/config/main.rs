//! The configuration file: every mistake has its place, values have their meaning, secrets are never
//! shown.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod documents;
mod files;
mod mistakes;
mod model_mistakes;
mod secrets;
mod values;
mod warnings;
