//! The routes of accounts over HTTP: keys, credits, generations and activity, their statuses, and what
//! they never reveal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod access;
mod activity;
mod attacks;
mod key_members;
mod keys;
mod outage;
mod reads;
mod site;
#[path = "../support/mod.rs"]
mod support;
mod tenants;
mod watched_store;
