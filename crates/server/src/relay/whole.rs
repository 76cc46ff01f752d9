//! One body: the answer when it is whole.

use axum::response::{IntoResponse, Response as HttpResponse};
use http::header::CONTENT_TYPE;

use super::{Origin, Relay};
use crate::app::Deadline;
use crate::attempt::{Attempt, silent};
use crate::endpoint::BoxFuture;
use crate::failure::{Failure, FailureKind};
use crate::settle::Record;
use crate::web::unix_now;

/// Waits for the whole answer. When the client goes away this is dropped, and the work with it.
pub(crate) async fn whole(
    attempt: BoxFuture<Result<Attempt, Failure>>,
    origin: Origin,
    mut record: Record,
    deadline: &Deadline,
) -> Result<HttpResponse, Failure> {
    let outcome = tokio::select! {
        biased;
        () = deadline.passed() => Err(shutting_down()),
        outcome = gather(attempt, &origin, &mut record) => outcome,
    };
    match outcome {
        Ok(relay) => match relay.ended() {
            Some(response) => {
                record.settle(response);
                let body = orouter_wire::to_vec(response);
                Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
            }
            None => Err(silent()),
        },
        Err(failure) => {
            record.fail(&failure);
            Err(failure)
        }
    }
}

async fn gather(
    attempt: BoxFuture<Result<Attempt, Failure>>,
    origin: &Origin,
    record: &mut Record,
) -> Result<Relay, Failure> {
    let Attempt {
        model,
        provider,
        first,
        mut events,
    } = attempt.await?;
    record.served_by(&model.id, &provider);
    let mut relay = Relay::new(origin, &model, &provider);
    relay.event(first, unix_now(), &mut drop);
    while relay.ended().is_none() {
        let event = events.next().await.unwrap_or_else(|| Err(silent()))?;
        relay.event(event, unix_now(), &mut drop);
    }
    // Nothing of the answer has been sent, so the status tells a failure.
    match relay.failure() {
        Some(failure) => {
            record.took(relay.ended().and_then(|response| response.usage.as_ref()));
            Err(failure.clone())
        }
        None => Ok(relay),
    }
}

/// The failure of answers that did not finish in the time that a shutdown gave them.
pub(super) fn shutting_down() -> Failure {
    Failure::new(
        FailureKind::ProviderOverloaded,
        "this server is shutting down",
    )
    .retry_after(std::time::Duration::from_secs(5))
}
