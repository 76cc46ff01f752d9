//! Requests for Anthropic Messages: what each part of a request of the Responses API becomes, checked
//! by an independent reading of the rules of that API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "this is a test; `json!` makes values, which callers would have to lend"
)]

mod format;
mod limits;
mod messages;
mod orders;
mod parameters;
mod recordings;
mod rules;
mod support;
mod table;
mod thinking;
mod tools;
