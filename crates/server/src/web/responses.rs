//! `POST /responses`: a request's way through the five rooms.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

use super::asked::Asked;
use super::decode;
use super::held::Held;
use super::stamp::unix_now;
use crate::app::App;
use crate::attempt::attempt;
use crate::failure::{Failure, FailureKind};
use crate::id::GenerationId;
use crate::log::RequestLog;
use crate::metadata::Routing;
use crate::plan::plan;
use crate::relay::{self, Origin};
use crate::settle::Record;

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    request: Request,
) -> Response {
    let asked = Asked::of(request.headers());
    let routing = Routing::new(asked.metadata);
    asked.note(request.headers(), routing.notes());
    let mut response = match answer(&app, id, log, request, routing.clone()).await {
        Ok(response) => response,
        Err(failure) => {
            let metadata = routing.failed(&failure);
            failure.openrouter_metadata(metadata).into_response()
        }
    };
    asked.answer(&mut response);
    response
}

async fn answer(
    app: &App,
    id: GenerationId,
    log: RequestLog,
    request: Request,
    routing: Routing,
) -> Result<Response, Failure> {
    let created_at = unix_now();
    let (request, share) = decode::request(request, app, routing.notes()).await?;
    routing.requested(&request);
    let candidates = plan(&request, &app.endpoints, routing.notes())?;
    routing.planned(&candidates);
    let Some(model) = candidates.first().map(|candidate| candidate.model.clone()) else {
        return Err(Failure::new(FailureKind::Server, "an empty plan"));
    };
    let streamed = request.stream == Some(true);
    let record = Record::open(log, &model.id, streamed);
    let attempt = attempt(Arc::clone(&request), candidates, routing.clone());
    let origin = Origin {
        request,
        id,
        created_at,
        routing,
    };
    let response = if streamed {
        relay::stream(attempt, origin, model, record, &app.limits, &app.deadline).await
    } else {
        relay::whole(attempt, origin, record, &app.deadline).await
    };
    // The decoded request lives until the end of the response.
    Ok(response?.map(|body| Body::new(Held::new(body, share))))
}
