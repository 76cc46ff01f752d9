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
use super::served::{Served, ServedBy};
use crate::admit::note_unsupported;
use crate::catalog::{Conversation, Conversations, Endpoint, Slot};
use crate::failure::{Failure, Fallback};
use crate::metadata::Routing;
use crate::planned::Planned;
use crate::provider::{BoxFuture, EventStream, Model, ProviderRequest};
use crate::settle::Tally;
use crate::traces::ParentSpan;

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
    /// The client's header `x-anthropic-beta`.
    pub(crate) anthropic_beta: Option<Arc<str>>,
    pub(crate) routing: Routing,
    pub(crate) tally: Tally,
    /// The conversation that the request belongs to, and the table of all conversations.
    pub(crate) conversation: Option<(Conversation, Arc<Conversations>)>,
    /// Maximum time in the queues of endpoints, from now.
    pub(crate) queue_wait: Duration,
    /// The parent of the spans of attempts.
    pub(crate) span: ParentSpan,
}

/// Tries the endpoints in order. If all fail, returns the failure of the last one.
pub(crate) fn attempt(job: Job, plan: Vec<Planned>) -> BoxFuture<Result<Attempt, Failure>> {
    Box::pin(async move {
        let mut run = Run {
            queue_until: Instant::now() + job.queue_wait,
            admitted: job.routing.notes().checkpoint(),
            job,
            failures: Failures::default(),
            closed: Vec::new(),
            too_small: Vec::new(),
        };
        for group in plan.chunk_by(|one, other| one.group == other.group) {
            match run.group(group).await {
                Ok(attempt) => return Ok(attempt),
                Err(Next::Group) => {}
                Err(Next::Nothing) => break,
            }
        }
        Err(run.failures.into_final())
    })
}

/// The next try after a group has failed.
enum Next {
    Group,
    Nothing,
}

/// The attempts of one request.
struct Run {
    job: Job,
    queue_until: Instant,
    /// The notes before the first attempt.
    admitted: Checkpoint,
    failures: Failures,
    /// Models of which no other endpoint may be tried.
    closed: Vec<Arc<Model>>,
    /// Endpoints whose limits were too small. Of their models, only larger ones may be tried.
    too_small: Vec<Arc<Endpoint>>,
}

impl Run {
    /// Tries the endpoints of one group: first those with a free slot, then the others, as soon as
    /// they have one.
    async fn group(&mut self, group: &[Planned]) -> Result<Attempt, Next> {
        let mut full: Vec<&Planned> = Vec::new();
        for planned in group {
            if !self.may_try(&planned.endpoint) {
                continue;
            }
            let Some(slot) = planned.endpoint.state.slots.try_take() else {
                full.push(planned);
                continue;
            };
            if let Ok(attempt) = self.endpoint(planned, slot).await? {
                return Ok(attempt);
            }
        }
        loop {
            full.retain(|planned| self.may_try(&planned.endpoint));
            let Some(first) = full.first() else {
                return Err(Next::Group);
            };
            let endpoints: Vec<_> = full.iter().map(|planned| &planned.endpoint).collect();
            let waited = capacity::wait(&endpoints, self.queue_until).await;
            let Some((position, slot)) = waited else {
                let endpoint = &first.endpoint;
                let failure = capacity::exhausted(endpoint);
                self.failures
                    .add(&endpoint.model.id, &endpoint.slug, failure);
                return Err(Next::Group);
            };
            let planned = full.remove(position);
            if let Ok(attempt) = self.endpoint(planned, slot).await? {
                return Ok(attempt);
            }
        }
    }

    /// Returns `true` unless an earlier failure rules the endpoint out.
    fn may_try(&self, endpoint: &Endpoint) -> bool {
        let closed = |model: &Arc<Model>| Arc::ptr_eq(model, &endpoint.model);
        let allows = |small: &Arc<Endpoint>| {
            !Arc::ptr_eq(&small.model, &endpoint.model) || is_larger(endpoint, small)
        };
        !self.closed.iter().any(closed) && self.too_small.iter().all(allows)
    }

    /// Tries one endpoint. After a failure, returns an error if no other endpoint may be tried.
    async fn endpoint(
        &mut self,
        planned: &Planned,
        slot: Slot,
    ) -> Result<Result<Attempt, ()>, Next> {
        let endpoint = &planned.endpoint;
        let row = match self.call(planned, slot).await {
            Ok(attempt) => return Ok(Ok(attempt)),
            Err(row) => row,
        };
        if !row.next_model() {
            return Err(Next::Nothing);
        }
        if !row.next_endpoint() {
            self.closed.push(Arc::clone(&endpoint.model));
        } else if row == Fallback::TooLong {
            self.too_small.push(Arc::clone(endpoint));
        }
        Ok(Err(()))
    }

    /// Calls one endpoint. Returns the row of its failure.
    async fn call(&mut self, planned: &Planned, slot: Slot) -> Result<Attempt, Fallback> {
        let job = &self.job;
        let endpoint = &planned.endpoint;
        let notes = job.routing.notes();
        notes.rollback(self.admitted);
        note_unsupported(&job.request, endpoint, notes);
        let changed = planned.changed(&job.request, &job.body, notes);
        let (request, body) =
            changed.unwrap_or_else(|| (Arc::clone(&job.request), job.body.clone()));
        let labels = &endpoint.series.metrics().labels;
        let upstream = endpoint.upstream.as_deref();
        let span = job
            .span
            .attempt(labels, &endpoint.model.id, upstream, &request);
        let request = ProviderRequest::new(request, endpoint.own_id.clone())
            .notes(notes.clone())
            .body(body)
            .upstream(endpoint.upstream.clone())
            .anthropic_beta(job.anthropic_beta.clone())
            .body_echo(job.routing.body_echo(endpoint))
            .trace_context(span.headers());
        let mut trial = endpoint.begin(Instant::now(), span);
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
                let FirstContent {
                    openings: mut events,
                    mut first,
                    events: rest,
                } = started;
                let by = ServedBy {
                    endpoint: Arc::clone(endpoint),
                    tally: job.tally.clone(),
                    trial,
                    conversation: job.conversation.clone(),
                    // Own providers send events as they come, for whole bodies too.
                    whole: endpoint.upstream.is_some() && job.request.stream != Some(true),
                };
                let mut served = Served::new(rest, by, slot);
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
                if row == Fallback::Unsupported {
                    job.routing.cancel_attempt();
                } else {
                    let status = failure.provider_status();
                    job.routing.attempted(&model.id, slug, status, billed);
                }
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
