//! `POST /responses` and `POST /chat/completions`: run a request through the five stages.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use orouter_store::{Accounts, GenerationRecord};
use orouter_wire::ResponsesRequest;

use super::body;
use super::decode::{self, Admitted, Route};
use super::header_options::HeaderOptions;
use super::sender::Sender;
use crate::account::{self, Caller, Estimate};
use crate::app::App;
use crate::attempt::{Job, attempt};
use crate::catalog::{Catalog, Endpoint};
use crate::clock::unix_now;
use crate::failure::{Failure, FailureKind};
use crate::generation::Generation;
use crate::id::GenerationId;
use crate::metadata::Routing;
use crate::plan::{Plan, Question, Size, plan};
use crate::prompt::Media;
use crate::relay;
use crate::request_log::RequestLog;
use crate::settle::{Bill, Record, Tally};

/// Maximum time in the queues of endpoints. It is less than the time for which the head of a stream
/// waits, so that a full queue keeps its status.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

/// `POST /responses`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    respond(&app, Route::Responses, id, log, caller, request).await
}

/// `POST /chat/completions`.
pub(super) async fn create_chat(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    respond(&app, Route::ChatCompletions, id, log, caller, request).await
}

/// Responds to a request in the API of its route.
pub(super) async fn respond(
    app: &App,
    route: Route,
    id: GenerationId,
    log: RequestLog,
    caller: Caller,
    request: Request,
) -> Response {
    let options = HeaderOptions::from_headers(request.headers());
    let routing = Routing::new(options.metadata).stored(app.accounts.is_some());
    options.note(request.headers(), routing.notes());
    let start = Start {
        id,
        created_at: unix_now(),
        log,
        routing: routing.clone(),
        catalog: app.catalog(),
        sender: Sender::of(request.headers(), app.accounts.is_some()),
        caller,
    };
    let mut response = match run(app, route, request, &options, start).await {
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
    request: Request,
    options: &HeaderOptions,
    start: Start,
) -> Result<Response, Failure> {
    let started = start.log.started();
    let unplanned = |failure: &Failure| app.metrics.unplanned(failure, started.elapsed());
    if start.caller.is_manager() {
        body::discard(request).await;
        let text = "a management key cannot make requests; use another key";
        return Err(Failure::new(FailureKind::PermissionDenied, text)).inspect_err(unplanned);
    }
    let keep = start.catalog.has_upstreams();
    let admitted = decode::request(request, app, route, keep, start.routing.notes()).await;
    let admitted = admitted.inspect_err(unplanned)?;
    let client = admitted.client.clone();
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
    sender: Sender,
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
        sender,
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
        caller: &sender.key,
        session: sender.session.as_deref(),
    };
    let unplanned = |failure: &Failure| app.metrics.unplanned(failure, log.started().elapsed());
    let Plan {
        endpoints,
        conversation,
    } = plan(&question, &routing).inspect_err(unplanned)?;
    let rules = app.rules();
    let endpoints = account::restrict(endpoints, &caller, &rules).inspect_err(unplanned)?;
    routing.planned(&endpoints);
    let Some(first) = endpoints
        .first()
        .map(|planned| Arc::clone(&planned.endpoint))
    else {
        return Err(Failure::new(FailureKind::Server, "the plan is empty"));
    };
    let streamed = request.stream == Some(true);
    let bill = match &app.accounts {
        None => None,
        Some(accounts) => {
            let text = match body.is_empty() {
                true => length,
                false => question.size.text_bytes(),
            };
            let estimate = Estimate::new(&request, text, &rules);
            let cost = estimate.highest_cost(&request, &endpoints);
            let tokens = estimate.prompt_tokens();
            let admission = account::admit(accounts, &caller, cost, tokens).await;
            let admission = admission.inspect_err(unplanned)?;
            Some(Bill {
                accounts: accounts.clone(),
                admission,
                record: draft(
                    accounts,
                    &id,
                    &first,
                    &caller,
                    &request,
                    estimate.media(),
                    sender,
                ),
                key: caller.stored_key(),
                admitted_tokens: tokens,
                started: log.started(),
                first_token: None,
            })
        }
    };
    let tally = Tally::new(Arc::clone(&request), body.clone(), length);
    let model = Arc::clone(&first.model);
    let span = log.parent_span();
    let record = Record::new(log, first, streamed, tally.clone(), routing.clone(), bill);
    let job = Job {
        request: Arc::clone(&request),
        body,
        anthropic_beta: options.anthropic_beta.clone(),
        routing: routing.clone(),
        tally,
        conversation: conversation.map(|known| (known, Arc::clone(catalog.conversations()))),
        queue_wait: QUEUE_WAIT.min(app.limits.head_hold / 2),
        span,
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

/// Returns the record of a generation with the facts that are known when it is admitted.
fn draft(
    accounts: &Accounts,
    id: &GenerationId,
    first: &Endpoint,
    caller: &Caller,
    request: &ResponsesRequest,
    media: Media,
    sender: Sender,
) -> GenerationRecord {
    let mut record = GenerationRecord::new(id.as_str(), accounts.now());
    record.request_id = sender.request_id;
    record.account = caller.account();
    record.key = caller.key().map(|known| known.key.hash);
    record.caller = caller.name().map(str::to_owned);
    record.model.clone_from(&first.model.id);
    record.streamed = request.stream == Some(true);
    let count = |number: u64| Some(u32::try_from(number).unwrap_or(u32::MAX)).filter(|n| *n > 0);
    record.media_prompt = count(media.visual);
    record.audio_prompt = count(media.audio);
    record.client = sender.client;
    record.client.session_id = request.session_id.clone().or(sender.session);
    record.client.external_user.clone_from(&request.user);
    record
}
