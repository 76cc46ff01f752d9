//! Retries: which failures, after which wait, how many.
//!
//! | File | Holds |
//! |---|---|
//! | `config.rs` | [`RetryConfig`], the policy that most callers need |
//! | `policy.rs` | [`RetryPolicy`], the trait for other policies |
//! | `backoff.rs` | [`Backoff`], the waits between attempts |
//! | `codes.rs` | status patterns such as `5XX` |
//! | `budget.rs` | [`RetryBudget`], the limit on the retries of all calls of a client |
//! | `hint.rs` | retry hints in headers |
//!
//! The retry class of each status is in the table of `error/table.rs`.

mod backoff;
mod budget;
mod codes;
mod config;
pub(crate) mod hint;
mod policy;

pub(crate) use self::codes::RetryCodes;
pub use self::{
    backoff::Backoff,
    budget::RetryBudget,
    config::RetryConfig,
    policy::{RetryContext, RetryDecision, RetryPolicy},
};
