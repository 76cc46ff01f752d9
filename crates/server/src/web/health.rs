//! `GET /health`: the state of the server and its providers, with counts of running work.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::app::App;
use crate::provider::{Load, Readiness};

/// Maximum number of models that are listed for each provider.
const MAX_MODELS: usize = 100;

/// Returns 200 with `status` `ok` or `loading`, or 503 with `failing` if a provider cannot serve
/// requests. The counts are current, for each provider and in total.
pub(super) async fn health(State(app): State<Arc<App>>) -> Response {
    let mut status = "ok";
    let (mut active, mut queued) = (0, 0);
    let catalog = app.catalog();
    let mut providers = Vec::with_capacity(catalog.providers().len());
    for provider in catalog.providers() {
        let mut load = provider.load();
        let endpoints = catalog.endpoints_at(provider);
        // Providers that list their models themselves count their generations themselves.
        let upstreams = endpoints.iter().filter(|one| one.upstream.is_some());
        for endpoint in upstreams {
            let (running, waiting) = endpoint.state.slots.counts();
            load.active += running;
            load.queued += waiting;
        }
        active += load.active;
        queued += load.queued;
        status = match (&load.readiness, status) {
            (Readiness::Failed(_), _) => "failing",
            (Readiness::Loading, "ok") => "loading",
            (_, status) => status,
        };
        let models: Vec<&str> = endpoints
            .iter()
            .map(|endpoint| endpoint.model.id.as_str())
            .take(MAX_MODELS)
            .collect();
        providers.push(report(provider.name(), &models, &load));
    }
    let body = json!({
        "status": status,
        "version": env!("CARGO_PKG_VERSION"),
        "active_generations": active,
        "queued": queued,
        "stopping": app.is_stopping(),
        "connections": app.connections.load(Ordering::Relaxed),
        "dropped_log_lines": app
            .dropped_log_lines
            .as_ref()
            .map_or(0, |counter| counter.load(Ordering::Relaxed)),
        "pending_records": app
            .accounts
            .as_ref()
            .map(orouter_store::Accounts::pending_records),
        "limits": {
            "body_bytes": app.limits.body_bytes,
            "connections": app.limits.max_connections,
        },
        "endpoints": providers,
    });
    let code = if status == "failing" {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (code, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Returns the entry of a provider.
fn report(provider: &str, models: &[&str], load: &Load) -> Value {
    let (loaded, error) = match &load.readiness {
        Readiness::Ready => (true, None),
        Readiness::Loading => (false, None),
        Readiness::Failed(reason) => (false, Some(reason)),
    };
    json!({
        "provider": provider,
        "models": models,
        "loaded": loaded,
        "error": error,
        "active_generations": load.active,
        "queued": load.queued,
        "limits": {"parallel": load.parallel, "queue": load.queue},
    })
}
