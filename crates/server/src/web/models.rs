//! `GET /models`, `/models/count`, `/models/user`, `/model/..` and `/models/../endpoints`: the models
//! of the server.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::Uri;
use serde_json::{Value, json};

use super::json_body::json_body;
use super::model_entry;
use super::model_query::ModelQuery;
use crate::account::{self, Caller};
use crate::app::App;
use crate::catalog::{Catalog, CatalogModel};
use crate::clock::unix_now;
use crate::failure::{Failure, FailureKind};

/// The path before that of a list, in links to its next page.
const BASE: &str = "/api/v1";

/// The last segment of the path of a model's endpoints.
const ENDPOINTS: &str = "/endpoints";

/// Returns the models that the query selects, in the form of the hosted API's catalog with the
/// additional members of OpenAI's list. Without `offset` and `limit`, all are on one page.
pub(super) async fn list(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, Failure> {
    let query = ModelQuery::read(uri.query(), unix_now())?;
    let catalog = app.catalog();
    Ok(page(&query, catalog.models(), &uri))
}

/// Returns the models that the query selects and that the caller's key may use, as [`list`] does.
pub(super) async fn list_for_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = ModelQuery::read(uri.query(), unix_now())?;
    let (catalog, rules) = (app.catalog(), app.rules());
    let usable = |known: &&CatalogModel| {
        let mut endpoints = known.endpoints.iter();
        caller.key().is_none()
            || endpoints.any(|endpoint| account::may_use(endpoint, &caller, &rules))
    };
    Ok(page(&query, catalog.models().filter(usable), &uri))
}

fn page<'a>(
    query: &ModelQuery,
    models: impl Iterator<Item = &'a CatalogModel>,
    uri: &Uri,
) -> Response {
    let page = query.page(models, &format!("{BASE}{}", uri.path()));
    let models: Vec<Value> = page.models.into_iter().map(model_entry::model).collect();
    json_body(&json!({
        "object": "list",
        "data": models,
        "total_count": page.total,
        "links": {"next": page.next},
    }))
}

/// Returns the number of models that the query selects.
pub(super) async fn count(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, Failure> {
    let query = ModelQuery::read(uri.query(), unix_now())?;
    let count = query.matching(app.catalog().models()).len();
    Ok(json_body(&json!({"data": {"count": count}})))
}

/// Returns one model, by its id, an alias or the name of its family, in the form of the hosted API: `{"data": {..}}`.
pub(super) async fn get_wrapped(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let name = decoded(name)?;
    let known = find(&app.catalog(), &name)?;
    let entry = model_entry::model(&known);
    Ok(json_body(&json!({ "data": entry })))
}

/// Returns one model, by its id, an alias or the name of its family, in OpenAI's form: the object without a wrapper. For a
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
    (name.contains('/') || catalog.look_up(path).is_none()).then_some(name)
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
    catalog.look_up(name).ok_or_else(unknown)
}
