//! `GET /providers` and `GET /endpoints/zdr`: the providers of the server, and the endpoints that
//! retain no prompts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::json_body::json_body;
use super::model_entry;
use crate::app::App;
use crate::catalog::Endpoint;

/// Returns the providers that this server can reach. The configuration has a name of each; what else
/// the hosted API lists of a company is null.
pub(super) async fn list(State(app): State<Arc<App>>) -> Response {
    let catalog = app.catalog();
    let entry = |name: &str| {
        json!({
            "name": name,
            "slug": name,
            "privacy_policy_url": null,
            "terms_of_service_url": null,
            "status_page_url": null,
            "headquarters": null,
            "datacenters": null,
        })
    };
    let providers = catalog.providers().iter();
    let providers: Vec<Value> = providers.map(|provider| entry(provider.name())).collect();
    json_body(&json!({ "data": providers }))
}

/// Returns the endpoints of the listed models that retain no prompts: those that a request with
/// `provider.zdr` may use.
pub(super) async fn without_retention(State(app): State<Arc<App>>) -> Response {
    let catalog = app.catalog();
    let kept = |endpoint: &&Arc<Endpoint>| !endpoint.policy.retains_data;
    let endpoints = catalog.models().flat_map(|known| known.endpoints.iter());
    let endpoints: Vec<Value> = endpoints
        .filter(kept)
        .map(|endpoint| model_entry::endpoint(endpoint))
        .collect();
    json_body(&json!({ "data": endpoints }))
}
