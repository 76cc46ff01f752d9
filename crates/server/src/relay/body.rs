//! One body: the response after its generation has ended.

use axum::response::{IntoResponse, Response as HttpResponse};
use http::header::CONTENT_TYPE;

use super::event_relay::Relay;
use crate::attempt::{Attempt, broken_off};
use crate::clock::unix_now;
use crate::drain_deadline::DrainDeadline;
use crate::failure::Failure;
use crate::generation::Generation;
use crate::provider::BoxFuture;

/// Waits for the complete response. hyper drops this future when the client disconnects, which
/// stops the generation.
pub(crate) async fn body(
    attempt: BoxFuture<Result<Attempt, Failure>>,
    mut generation: Generation,
    deadline: &DrainDeadline,
) -> Result<HttpResponse, Failure> {
    let outcome = tokio::select! {
        biased;
        () = deadline.passed() => Err(DrainDeadline::failure()),
        outcome = collect(attempt, &mut generation) => outcome,
    };
    let client = &generation.client;
    let ended = outcome.and_then(|relay| relay.into_body(client).ok_or_else(broken_off));
    match ended {
        Ok((response, body)) => {
            generation.record.settle(&response);
            Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
        }
        Err(failure) => {
            generation.record.fail(&failure);
            Err(failure)
        }
    }
}

/// Relays events until the response has ended. A failed response is an error: nothing has been
/// sent, so the HTTP status reports the failure.
async fn collect(
    attempt: BoxFuture<Result<Attempt, Failure>>,
    generation: &mut Generation,
) -> Result<Relay, Failure> {
    let Attempt {
        model,
        provider,
        first,
        mut events,
    } = attempt.await?;
    generation.record.served_by(&model.id, &provider);
    let mut relay = Relay::new(generation, &model, &provider).whole();
    for event in first {
        relay.event(event, unix_now(), &mut drop);
    }
    while relay.ended().is_none() {
        let event = events
            .next_upstream()
            .await
            .unwrap_or_else(|| Err(broken_off()))?;
        relay.event(event, unix_now(), &mut drop);
    }
    match relay.failure() {
        Some(failure) => {
            let usage = relay.ended().and_then(|response| response.usage.as_ref());
            generation.record.usage(usage);
            Err(failure.clone())
        }
        None => Ok(relay),
    }
}
