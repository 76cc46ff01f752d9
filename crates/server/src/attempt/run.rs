//! [`attempt`]: tries the endpoints of a plan in order, as the fallback table has it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use orouter_protocols::{Checkpoint, UpstreamEvent};
use orouter_wire::ResponsesRequest;
use tokio::time::Instant;

use super::capacity;
use super::first_content::{FirstContent, first_content};
use super::outcome::Failures;
use super::served::Served;
use crate::admit::note_unsupported;
use crate::catalog::{Endpoint, Slot};
use crate::failure::{Failure, Fallback};
use crate::metadata::Routing;
use crate::provider::{BoxFuture, EventStream, Model, ProviderRequest};
use crate::settle::Tally;

/// An endpoint that has started to generate.
pub(crate) struct Attempt {
    pub(crate) model: Arc<Model>,
    /// The slug of the endpoint.
    pub(crate) provider: String,
    /// The events up to the first one with content, or to the terminal event.
    pub(crate) first: Vec<UpstreamEvent>,
    /// The events after the first one.
    pub(crate) events: EventStream,
}

/// A request and what its attempts need.
pub(crate) struct Job {
    pub(crate) request: Arc<ResponsesRequest>,
    /// The JSON text of the request; empty if it is not kept.
    pub(crate) body: Bytes,
    pub(crate) routing: Routing,
    pub(crate) tally: Tally,
    /// Maximum time in the queues of endpoints, from now.
    pub(crate) queue_wait: Duration,
}

/// Tries the endpoints in order. If all fail, returns the failure of the last one.
pub(crate) fn attempt(
    job: Job,
    endpoints: Vec<Arc<Endpoint>>,
) -> BoxFuture<Result<Attempt, Failure>> {
    Box::pin(async move {
        let mut run = Run {
            queue_until: Instant::now() + job.queue_wait,
            admitted: job.routing.notes().checkpoint(),
            job,
            failures: Failures::default(),
        };
        let mut rest = endpoints.as_slice();
        while let Some(first) = rest.first() {
            let same = |endpoint: &&Arc<Endpoint>| Arc::ptr_eq(&endpoint.model, &first.model);
            let length = rest.iter().take_while(same).count();
            let (of_model, others) = rest.split_at(length);
            match run.model(of_model).await {
                Ok(attempt) => return Ok(attempt),
                Err(Next::Model) => rest = others,
                Err(Next::Nothing) => break,
            }
        }
        Err(run.failures.into_final())
    })
}

/// The next try after a model has failed.
enum Next {
    Model,
    Nothing,
}

/// The attempts of one request.
struct Run {
    job: Job,
    queue_until: Instant,
    /// The notes before the first attempt.
    admitted: Checkpoint,
    failures: Failures,
}

impl Run {
    /// Tries the endpoints of one model: first those with a free slot, then the others, as soon as
    /// they have one.
    async fn model(&mut self, endpoints: &[Arc<Endpoint>]) -> Result<Attempt, Next> {
        let mut full: Vec<&Arc<Endpoint>> = Vec::new();
        let mut too_small: Option<&Endpoint> = None;
        for endpoint in endpoints {
            if too_small.is_some_and(|small| !is_larger(endpoint, small)) {
                continue;
            }
            let Some(slot) = endpoint.state.slots.try_take() else {
                full.push(endpoint);
                continue;
            };
            match self.endpoint(endpoint, slot).await {
                Ok(attempt) => return Ok(attempt),
                Err(row) if !row.next_endpoint() => return Err(next_model(row)),
                Err(Fallback::TooLong) => too_small = Some(endpoint),
                Err(_) => {}
            }
        }
        full.retain(|endpoint| too_small.is_none_or(|small| is_larger(endpoint, small)));
        while let Some(first) = full.first() {
            let Some((position, slot)) = capacity::wait(&full, self.queue_until).await else {
                let failure = capacity::exhausted(first);
                self.failures.add(&first.model.id, &first.slug, failure);
                break;
            };
            let endpoint = full.remove(position);
            match self.endpoint(endpoint, slot).await {
                Ok(attempt) => return Ok(attempt),
                Err(row) if !row.next_endpoint() => return Err(next_model(row)),
                Err(Fallback::TooLong) => full.retain(|other| is_larger(other, endpoint)),
                Err(_) => {}
            }
        }
        Err(Next::Model)
    }

    /// Tries one endpoint. Returns the row of its failure.
    async fn endpoint(
        &mut self,
        endpoint: &Arc<Endpoint>,
        slot: Slot,
    ) -> Result<Attempt, Fallback> {
        let job = &self.job;
        let notes = job.routing.notes();
        notes.rollback(self.admitted);
        note_unsupported(&job.request, endpoint, notes);
        let request = ProviderRequest::new(Arc::clone(&job.request), endpoint.own_id.clone())
            .notes(notes.clone())
            .body(job.body.clone())
            .upstream(endpoint.upstream.clone());
        let mut trial = endpoint.state.begin(Instant::now());
        job.routing.begin_attempt();
        let (model, slug) = (&endpoint.model, &endpoint.slug);
        match first_content(endpoint.provider.generate(request), slug).await {
            Ok(started) => {
                trial.succeeded(Instant::now());
                job.routing
                    .attempted(&model.id, slug, StatusCode::OK.as_u16(), false);
                job.tally.served_by(Arc::clone(endpoint));
                if endpoint.upstream.is_some() {
                    job.routing.served_by_upstream();
                }
                let tally = job.tally.clone();
                let FirstContent {
                    openings: mut events,
                    mut first,
                    events: rest,
                } = started;
                let mut served = Served::new(rest, Arc::clone(endpoint), tally, trial, slot);
                served.count(&mut first.event);
                events.push(first);
                Ok(Attempt {
                    model: Arc::clone(model),
                    provider: slug.clone(),
                    first: events,
                    events: EventStream::from_upstream(served),
                })
            }
            Err(failure) => {
                let row = failure.fallback_row();
                trial.failed(Instant::now(), &failure);
                let billed = row == Fallback::MaybeBilled;
                let status = failure.provider_status();
                job.routing.attempted(&model.id, slug, status, billed);
                tracing::debug!(
                    provider = %slug, model = %model.id, status = failure.status().as_u16(),
                    error_type = %failure.error_type(), "attempt failed"
                );
                let failure = match endpoint.upstream {
                    Some(_) => failure.masked(),
                    None => failure,
                };
                self.failures.add(&model.id, slug, failure);
                Err(row)
            }
        }
    }
}

fn next_model(row: Fallback) -> Next {
    if row.next_model() {
        Next::Model
    } else {
        Next::Nothing
    }
}

/// Returns `true` if an endpoint has a larger limit than one that was too small, or a limit that is
/// not known.
fn is_larger(endpoint: &Endpoint, small: &Endpoint) -> bool {
    let larger = |limit: Option<u64>, than: Option<u64>| match (limit, than) {
        (Some(limit), Some(than)) => limit > than,
        (None, Some(_)) => true,
        // The limit that was too small is not known, so that no other one is known to be larger.
        (_, None) => false,
    };
    larger(endpoint.context_length, small.context_length)
        || larger(endpoint.max_output_tokens, small.max_output_tokens)
}
