//! `GET /models`: the models of the server.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::provider::{Model, Price};

/// Returns all models on one page, in the form of the hosted API's catalog with the additional
/// members of OpenAI's list.
pub(super) async fn list(State(app): State<Arc<App>>) -> Response {
    let models: Vec<Value> = app
        .catalog()
        .models()
        .map(|known| entry(&known.model))
        .collect();
    let total = models.len();
    json_body(&json!({
        "object": "list",
        "data": models,
        "total_count": total,
        "links": {"next": null},
    }))
}

/// Returns one model, by its id or an alias, in the form of the hosted API: `{"data": {..}}`.
pub(super) async fn get_wrapped(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let name = decoded(name)?;
    find(&app, &name).map(|model| json_body(&json!({ "data": entry(&model) })))
}

/// Returns one model, by its id or an alias, in OpenAI's form: the object without a wrapper.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let name = decoded(name)?;
    find(&app, &name).map(|model| json_body(&entry(&model)))
}

/// Returns the rest of a path, percent-decoded. A `%2F` is the slash of a model's name.
fn decoded(name: Result<Path<String>, PathRejection>) -> Result<String, Failure> {
    match name {
        Ok(Path(name)) => Ok(name),
        Err(rejection) => Err(Failure::new(
            FailureKind::InvalidRequest,
            rejection.body_text(),
        )),
    }
}

fn find(app: &App, name: &str) -> Result<Arc<Model>, Failure> {
    let catalog = app.catalog();
    let unknown = || catalog.unknown_model(vec![name.to_owned()]);
    let known = catalog.find(name).ok_or_else(unknown)?;
    Ok(Arc::clone(&known.model))
}

fn json_body(body: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Returns the catalog's entry of a model.
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

/// Returns the prices in the catalog's form. An unknown price is `-1`, as for the hosted API's
/// router: the form does not have a value for it.
fn pricing(price: Option<&Price>) -> Value {
    match price {
        Some(price) => json!({
            "prompt": price.prompt.to_string(),
            "completion": price.completion.to_string(),
            "request": price.request.to_string(),
            "image": price.image.to_string(),
        }),
        None => json!({"prompt": "-1", "completion": "-1"}),
    }
}
