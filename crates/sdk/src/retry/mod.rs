//! Retries: which failures, after which wait, how many.
//!
//! | File | Holds |
//! |---|---|
//! | `config.rs` | [`RetryConfig`], the policy that most callers need |
//! | `policy.rs` | [`RetryPolicy`], the trait for other policies |
//! | `backoff.rs` | [`Backoff`], the waits between attempts |
//! | `codes.rs` | status patterns such as `5XX` |
//! | `budget.rs` | [`RetryBudget`], the limit on the retries of all calls of a client |
//!
//! The retry class of each status is in the table of `error/table.rs`. Retry hints are read from
//! headers in `orouter-http` and from bodies in `orouter-wire`.

mod backoff;
mod budget;
mod codes;
mod config;
mod policy;

pub(crate) use self::codes::RetryCodes;
pub use self::{
    backoff::Backoff,
    budget::RetryBudget,
    config::RetryConfig,
    policy::{RetryContext, RetryDecision, RetryPolicy},
};
