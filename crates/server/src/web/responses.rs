//! `POST /responses`: a request's way through the five rooms.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

use super::asked::Asked;
use super::body;
use super::stamp::unix_now;
use crate::admit::admit;
use crate::app::App;
use crate::attempt::attempt;
use crate::failure::{Failure, FailureKind};
use crate::id::GenerationId;
use crate::metadata::Routing;
use crate::plan::plan;
use crate::relay::{self, Origin};
use crate::settle::Record;

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    request: Request,
) -> Response {
    let asked = Asked::of(request.headers());
    let routing = Routing::new(asked.metadata);
    asked.note(request.headers(), routing.notes());
    let mut response = match answer(&app, id, request, routing.clone()).await {
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
    request: Request,
    routing: Routing,
) -> Result<Response, Failure> {
    let created_at = unix_now();
    let body = body::read(request, &app.limits).await?;
    let request = admit(&body, routing.notes())?;
    drop(body);
    routing.requested(&request);
    let candidates = plan(&request, &app.endpoints, routing.notes())?;
    routing.planned(&candidates);
    let Some(model) = candidates.first().map(|candidate| candidate.model.clone()) else {
        return Err(Failure::new(FailureKind::Server, "an empty plan"));
    };
    let streamed = request.stream == Some(true);
    let record = Record::open(id.clone(), model.id.clone(), streamed);
    let attempt = attempt(Arc::clone(&request), candidates, routing.clone());
    let origin = Origin {
        request,
        id,
        created_at,
        routing,
    };
    if streamed {
        relay::stream(attempt, origin, model, record, &app.limits, &app.deadline).await
    } else {
        relay::whole(attempt, origin, record, &app.deadline).await
    }
}
