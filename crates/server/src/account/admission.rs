//! [`admit`]: admits a generation within the rate limits, the credits and the limit of its caller.

use std::time::Duration;

use orouter_store::{Accounts, Admission, RateLimited, Refusal, Usd};

use super::caller::Caller;
use crate::amount::Amount;
use crate::failure::{Failure, FailureKind, RateLimit};

/// Delay before another try if the database does not answer.
const OUTAGE_DELAY: Duration = Duration::from_secs(2);

/// Admits a generation that costs at most `cost` and whose prompt has about `tokens` tokens. The result
/// has room for its record, and the reservation of its cost.
///
/// # Errors
/// A 429 above a rate limit of the caller's key; a 402 if the credits of the account are too low; a 403
/// if the key's limit is too low; a 503 if the database does not answer and no lease covers the cost,
/// or if it did not answer for so long that there is no room for records.
pub(crate) async fn admit(
    accounts: &Accounts,
    caller: &Caller,
    cost: Amount,
    tokens: u64,
) -> Result<Admission, Failure> {
    if let Some(known) = caller.key() {
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        let admitted = accounts.rates().admit(&known.key, tokens).await;
        admitted.map_err(|limited| rate_limited(&limited))?;
    }
    let mut admission = accounts.admit().map_err(|full| {
        tracing::error!(error = %full, "a request is refused");
        unavailable("this server cannot record the usage of more requests now")
    })?;
    let cost = Usd::from_picos(cost.units());
    admission
        .reserve(&caller.payer(), cost)
        .await
        .map_err(|refusal| refused(&refusal, cost))?;
    Ok(admission)
}

fn rate_limited(limited: &RateLimited) -> Failure {
    let status = limited.0;
    Failure::new(FailureKind::RateLimited, limited.to_string())
        .retry_after(status.resets_in)
        .rate_limit(RateLimit {
            limit: status.limit,
            remaining: status.remaining,
            resets_in: status.resets_in,
        })
}

fn refused(refusal: &Refusal, cost: Usd) -> Failure {
    let advice = "a smaller `max_output_tokens` lowers the highest cost";
    match refusal {
        Refusal::Credits { available } => Failure::new(
            FailureKind::PaymentRequired,
            format!(
                "the account has {available} USD of credits left, and this request can cost {cost} \
                 USD; {advice}"
            ),
        ),
        Refusal::Limit { available } => Failure::new(
            FailureKind::PermissionDenied,
            format!(
                "the key's limit leaves {available} USD, and this request can cost {cost} USD; \
                 {advice}"
            ),
        ),
        Refusal::Unavailable(error) => {
            tracing::warn!(%error, "a request is refused: its cost cannot be reserved");
            unavailable("this server cannot check the limits of the key now")
        }
        _ => Failure::new(FailureKind::PermissionDenied, refusal.to_string()),
    }
}

/// Returns the 503 of a server whose database does not answer.
pub(crate) fn unavailable(message: &str) -> Failure {
    Failure::new(FailureKind::ProviderOverloaded, message).retry_after(OUTAGE_DELAY)
}
