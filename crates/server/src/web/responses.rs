//! `POST /responses`: runs a request through the five stages.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

use super::decode::{self, Admitted};
use super::header_options::HeaderOptions;
use crate::app::App;
use crate::attempt::{Job, attempt};
use crate::clock::unix_now;
use crate::failure::{Failure, FailureKind};
use crate::generation::Generation;
use crate::id::GenerationId;
use crate::metadata::Routing;
use crate::plan::{Size, plan};
use crate::relay;
use crate::request_log::RequestLog;
use crate::settle::{Record, Tally};

/// Maximum time in the queues of endpoints. It is less than the time for which the head of a stream
/// waits, so that a full queue keeps its status.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    request: Request,
) -> Response {
    let options = HeaderOptions::from_headers(request.headers());
    let routing = Routing::new(options.metadata);
    options.note(request.headers(), routing.notes());
    let mut response = match run(&app, id, log, request, routing.clone()).await {
        Ok(response) => response,
        Err(failure) => {
            let metadata = routing.failed(&failure);
            failure.openrouter_metadata(metadata).into_response()
        }
    };
    options.add_headers(&mut response);
    response
}

/// Runs the stages: admit, plan, attempt, relay, settle.
async fn run(
    app: &App,
    id: GenerationId,
    log: RequestLog,
    request: Request,
    routing: Routing,
) -> Result<Response, Failure> {
    let created_at = unix_now();
    let catalog = app.catalog();
    let keep = catalog.has_upstreams();
    let Admitted {
        request,
        body,
        length,
        memory,
    } = decode::request(request, app, keep, routing.notes()).await?;
    routing.requested(&request);
    let endpoints = plan(&request, &Size::new(&body), &catalog, routing.notes())?;
    routing.planned(&endpoints);
    let Some(model) = endpoints
        .first()
        .map(|endpoint| Arc::clone(&endpoint.model))
    else {
        return Err(Failure::new(FailureKind::Server, "the plan is empty"));
    };
    let streamed = request.stream == Some(true);
    let tally = Tally::new(Arc::clone(&request), body.clone(), length);
    let record = Record::new(log, &model.id, streamed, tally.clone(), routing.clone());
    let job = Job {
        request: Arc::clone(&request),
        body,
        routing: routing.clone(),
        tally,
        queue_wait: QUEUE_WAIT.min(app.limits.head_hold / 2),
    };
    let attempt = attempt(job, endpoints);
    let generation = Generation {
        id,
        created_at,
        request,
        routing,
        record,
        _memory: memory,
    };
    // Boxed, so that the future of every request is not as large as the largest of its stages.
    if streamed {
        let stream = relay::stream(attempt, generation, model, &app.limits, &app.drain_deadline);
        Box::pin(stream).await
    } else {
        Box::pin(relay::body(attempt, generation, &app.drain_deadline)).await
    }
}
