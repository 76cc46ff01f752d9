//! The retry loop: attempts and the waits between them, up to the head of a successful response.

use std::{hash::BuildHasher, pin::pin};

use orouter_http::Deadline;

use super::attempt::{CallContext, HttpOperation, build_request};
use crate::{
    core::Shared,
    error::Error,
    options::EffectiveOptions,
    reader::ResponseReader,
    retry::{RetryContext, RetryDecision},
    spans,
};

/// Sends the request until an attempt succeeds or must not be repeated.
///
/// Returns the successful response, whose body is not yet read.
pub(crate) async fn execute(
    shared: &Shared,
    options: EffectiveOptions<'_>,
    operation: HttpOperation,
) -> Result<ResponseReader, Error> {
    options.check()?;
    let timeouts = options.timeouts();
    let abort = options.abort().cloned();
    let mut deadline = Deadline::new(shared.clock.clone(), abort, timeouts.total);
    let request = {
        let built = pin!(build_request(shared, &options, operation, &timeouts));
        deadline.run(None, built).await??
    };
    let mut call = CallContext::new(shared, options, timeouts, deadline, request);
    let policy = if call.options.call_sets_retries() {
        call.options.policy()
    } else {
        shared.policy.clone()
    };
    let budgeted = shared.own_budget || policy.within_default_budget();
    loop {
        let failed = match call.attempt().await {
            Ok(response) => {
                let retries = if budgeted { call.attempts - 1 } else { 0 };
                shared.budget.deposit(retries);
                return Ok(call.into_reader(response));
            }
            Err(failed) => failed,
        };
        let error = call.decorate(failed.error);
        if failed.is_final {
            return Err(error);
        }
        call.end_attempt();
        call.billed_before = error.maybe_billed();
        let context = RetryContext::new(&error, call.attempts, error.elapsed(), random());
        let decision = policy.decide(&context);
        let RetryDecision::RetryAfter(wait) = decision else {
            return Err(error);
        };
        // If the call would end before the wait does, this error tells more than the timeout.
        if call.deadline.remaining().is_some_and(|left| wait >= left)
            || (budgeted && !shared.budget.withdraw())
        {
            return Err(error);
        }
        spans::retry(&error, wait);
        let mut sleep = shared.clock.sleep(wait);
        if let Err(interrupt) = call.deadline.run(None, sleep.as_mut()).await {
            return Err(call.decorate(interrupt.into()).with_source(error));
        }
    }
}

/// Returns a random number from 0 to 1. Good enough to spread the retries of clients over time.
fn random() -> f64 {
    let bits = std::hash::RandomState::new().hash_one(());
    // The upper 53 bits, which a double holds exactly.
    (bits >> 11) as f64 / (1u64 << 53) as f64
}
