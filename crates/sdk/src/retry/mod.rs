//! When to try again, and how long to wait before.
//!
//! [`RetryConfig`] is the vocabulary that most callers need; [`RetryPolicy`] is the trait behind it,
//! for those who need something else; [`RetryBudget`] keeps all calls of a client together from
//! multiplying an outage.

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
    policy::{Failure, RetryDecision, RetryPolicy},
};
