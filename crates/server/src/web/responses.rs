//! `POST /responses` and `POST /chat/completions`: run a request through the five stages.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

use super::caller::Caller;
use super::decode::{self, Admitted, Route};
use super::header_options::HeaderOptions;
use crate::app::App;
use crate::attempt::{Job, attempt};
use crate::catalog::Catalog;
use crate::clock::unix_now;
use crate::failure::{Failure, FailureKind};
use crate::generation::Generation;
use crate::id::GenerationId;
use crate::metadata::Routing;
use crate::plan::{Plan, Question, Size, plan};
use crate::relay;
use crate::request_log::RequestLog;
use crate::settle::{Record, Tally};

/// Maximum time in the queues of endpoints. It is less than the time for which the head of a stream
/// waits, so that a full queue keeps its status.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

/// `POST /responses`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    request: Request,
) -> Response {
    respond(&app, Route::Responses, id, log, request).await
}

/// `POST /chat/completions`.
pub(super) async fn create_chat(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    request: Request,
) -> Response {
    respond(&app, Route::ChatCompletions, id, log, request).await
}

/// Responds to a request in the API of its route.
pub(super) async fn respond(
    app: &App,
    route: Route,
    id: GenerationId,
    log: RequestLog,
    request: Request,
) -> Response {
    let options = HeaderOptions::from_headers(request.headers());
    let routing = Routing::new(options.metadata);
    options.note(request.headers(), routing.notes());
    let mut response = match run(app, route, id, log, request, &options, routing.clone()).await {
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
    route: Route,
    id: GenerationId,
    log: RequestLog,
    request: Request,
    options: &HeaderOptions,
    routing: Routing,
) -> Result<Response, Failure> {
    let created_at = unix_now();
    let catalog = app.catalog();
    let caller = Caller::of(request.headers());
    let keep = catalog.has_upstreams();
    let unplanned = |failure: &Failure| app.metrics.unplanned(failure, log.started().elapsed());
    let admitted = decode::request(request, app, route, keep, routing.notes()).await;
    let admitted = admitted.inspect_err(unplanned)?;
    let client = admitted.client.clone();
    let start = Start {
        id,
        created_at,
        log,
        routing,
        catalog,
        caller,
    };
    let result = generate(app, admitted, start, options).await;
    result.map_err(|failure| client.shown(failure))
}

/// The parts of a generation that are known before its request is admitted.
struct Start {
    id: GenerationId,
    created_at: u64,
    log: RequestLog,
    routing: Routing,
    catalog: Arc<Catalog>,
    caller: Caller,
}

/// Runs the stages after admission.
async fn generate(
    app: &App,
    admitted: Admitted,
    start: Start,
    options: &HeaderOptions,
) -> Result<Response, Failure> {
    let Start {
        id,
        created_at,
        log,
        routing,
        catalog,
        caller,
    } = start;
    let Admitted {
        request,
        client,
        body,
        length,
        memory,
    } = admitted;
    routing.requested(&request);
    let question = Question {
        request: &request,
        size: Size::new(&body),
        catalog: &catalog,
        caller: &caller.key,
        session: caller.session.as_deref(),
    };
    let Plan {
        endpoints,
        conversation,
    } = plan(&question, &routing)
        .inspect_err(|failure| app.metrics.unplanned(failure, log.started().elapsed()))?;
    routing.planned(&endpoints);
    let Some(first) = endpoints
        .first()
        .map(|planned| Arc::clone(&planned.endpoint))
    else {
        return Err(Failure::new(FailureKind::Server, "the plan is empty"));
    };
    let streamed = request.stream == Some(true);
    let tally = Tally::new(Arc::clone(&request), body.clone(), length);
    let model = Arc::clone(&first.model);
    let record = Record::new(log, first, streamed, tally.clone(), routing.clone());
    let job = Job {
        request: Arc::clone(&request),
        body,
        anthropic_beta: options.anthropic_beta.clone(),
        routing: routing.clone(),
        tally,
        conversation: conversation.map(|known| (known, Arc::clone(catalog.conversations()))),
        queue_wait: QUEUE_WAIT.min(app.limits.head_hold / 2),
    };
    let attempt = attempt(job, endpoints);
    let generation = Generation {
        id,
        created_at,
        request,
        client,
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
