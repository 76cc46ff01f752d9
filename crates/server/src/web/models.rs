//! `GET /models`, `GET /model/..` and `GET /models/../endpoints`: the models of the server.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::model_entry;
use crate::app::App;
use crate::catalog::{Catalog, CatalogModel};
use crate::failure::{Failure, FailureKind};

/// The last segment of the path of a model's endpoints.
const ENDPOINTS: &str = "/endpoints";

/// Returns all models on one page, in the form of the hosted API's catalog with the additional
/// members of OpenAI's list.
pub(super) async fn list(State(app): State<Arc<App>>) -> Response {
    let models: Vec<Value> = app.catalog().models().map(model_entry::model).collect();
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
    let known = find(&app.catalog(), &name)?;
    let entry = model_entry::model(&known);
    Ok(json_body(&json!({ "data": entry })))
}

/// Returns one model, by its id or an alias, in OpenAI's form: the object without a wrapper. For a
/// path that ends with `/endpoints`, returns the model's endpoints in the form of the hosted API.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let name = decoded(name)?;
    let catalog = app.catalog();
    if let Some(name) = name_with_endpoints(&name, &catalog) {
        let known = find(&catalog, name)?;
        let entry = model_entry::with_endpoints(&known);
        return Ok(json_body(&json!({ "data": entry })));
    }
    find(&catalog, &name).map(|known| json_body(&model_entry::model(&known)))
}

/// Returns the name before `/endpoints`, if the path asks for endpoints: `openai/endpoints` may be
/// the name of a model.
fn name_with_endpoints<'a>(path: &'a str, catalog: &Catalog) -> Option<&'a str> {
    let name = path.strip_suffix(ENDPOINTS)?;
    (name.contains('/') || catalog.find(path).is_none()).then_some(name)
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

fn find(catalog: &Catalog, name: &str) -> Result<Arc<CatalogModel>, Failure> {
    let unknown = || catalog.unknown_model(vec![name.to_owned()]);
    catalog.find(name).ok_or_else(unknown)
}

fn json_body(body: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
