//! `POST /responses`: a request's way through the five rooms.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;

use super::body;
use super::stamp::unix_now;
use crate::admit::admit;
use crate::app::App;
use crate::attempt::attempt;
use crate::failure::{Failure, FailureKind};
use crate::id::GenerationId;
use crate::log::RequestLog;
use crate::plan::plan;
use crate::relay::{self, Origin};
use crate::settle::Record;

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(id): Extension<GenerationId>,
    Extension(log): Extension<RequestLog>,
    request: Request,
) -> Result<Response, Failure> {
    let created_at = unix_now();
    let body = body::read(request, &app.limits).await?;
    let request = admit(&body)?;
    drop(body);
    let candidates = plan(&request, &app.endpoints)?;
    let Some(model) = candidates.first().map(|candidate| candidate.model.clone()) else {
        return Err(Failure::new(FailureKind::Server, "an empty plan"));
    };
    let streamed = request.stream == Some(true);
    let record = Record::open(log, &model.id, streamed);
    let attempt = attempt(Arc::clone(&request), candidates);
    let origin = Origin {
        request,
        id,
        created_at,
    };
    if streamed {
        relay::stream(attempt, origin, model, record, &app.limits, &app.deadline).await
    } else {
        relay::whole(attempt, origin, record, &app.deadline).await
    }
}
