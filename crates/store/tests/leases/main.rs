//! Money with the leases of processes: many concurrent calls, processes that are killed, databases that
//! do not answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(all(feature = "sqlite", feature = "postgres"))]

mod killed;
mod money;
mod outage;
mod server;
mod sharing;
