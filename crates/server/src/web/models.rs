//! `GET /models`: what can be asked.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use orouter_wire::AvailabilityCode;
use serde_json::{Value, json};

use crate::app::App;
use crate::endpoint::{Model, Price};
use crate::failure::{Failure, FailureKind};
use crate::quote::quote;

/// All models, in the shape of the hosted service's catalogue, with the few members that OpenAI's
/// list has beside it. There is one page.
pub(super) async fn list(State(app): State<Arc<App>>) -> Response {
    let models: Vec<Value> = app.models().map(entry).collect();
    let total = models.len();
    json_body(&json!({
        "object": "list",
        "data": models,
        "total_count": total,
        "links": {"next": null},
    }))
}

/// One model, by its name or an alias.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Failure> {
    let Path((author, slug)) =
        path.map_err(|rejection| Failure::new(FailureKind::InvalidRequest, rejection.body_text()))?;
    let name = format!("{author}/{slug}");
    match app.models().find(|model| model.answers_to(&name)) {
        Some(model) => Ok(json_body(&json!({ "data": entry(model) }))),
        None => {
            let message = format!("this server has no model named `{}`", quote(&name));
            let known = app.models().map(|model| model.id.clone()).collect();
            Err(Failure::new(FailureKind::NotFound, message).availability(
                AvailabilityCode::ModelNotFound,
                vec![name],
                known,
            ))
        }
    }
}

fn json_body(body: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn entry(model: &Model) -> Value {
    json!({
        "id": model.id,
        "object": "model",
        "owned_by": model.id.split('/').next(),
        "canonical_slug": model.id,
        "name": model.name,
        "description": model.description,
        "created": model.created,
        "context_length": model.context_length,
        "architecture": {
            "modality": format!(
                "{}->{}",
                model.input_modalities.join("+"),
                model.output_modalities.join("+")
            ),
            "input_modalities": model.input_modalities,
            "output_modalities": model.output_modalities,
            "tokenizer": model.tokenizer,
            "instruct_type": model.instruct_type,
        },
        "pricing": pricing(model.price.as_ref()),
        "top_provider": {
            "context_length": model.context_length,
            "max_completion_tokens": model.max_output_tokens,
            "is_moderated": false,
        },
        "per_request_limits": null,
        "supported_parameters": model.supported_parameters,
        "default_parameters": {
            "temperature": model.default_temperature,
            "top_p": model.default_top_p,
        },
        "supported_voices": null,
        "links": {"details": format!("/api/v1/model/{}", model.id)},
    })
}

/// The prices in the catalogue's shape, which has no word for an unknown one: as for the hosted
/// service's own router, it is `-1`.
fn pricing(price: Option<&Price>) -> Value {
    match price {
        Some(price) => json!({
            "prompt": price.prompt,
            "completion": price.completion,
            "request": price.request,
            "image": price.image,
        }),
        None => json!({"prompt": "-1", "completion": "-1"}),
    }
}
