//! [`Routes`]: all routes, and the checks and headers around them.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::{Method, Uri};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::cors::Cors;
use super::decode::Route;
use super::{
    accounts, authenticate, body, generation_id, health, host_check, metrics, models, providers,
    ready, responses, trailing_slash,
};
use crate::app::App;
use crate::clock::unix_now;
use crate::failure::{Failure, FailureKind};
use crate::id::GenerationId;
use crate::panics;
use crate::provider::BoxFuture;
use crate::quote::quote;
use crate::request_log::RequestLog;
use crate::route_names::{self, CHAT_COMPLETIONS, METRICS, RESPONSES};
use crate::shown_path::without_key;

/// Returns the API of a path that runs generations.
fn api(path: &str) -> Option<Route> {
    match path {
        "/api/v1/responses" | "/v1/responses" => Some(Route::Responses),
        "/api/v1/chat/completions" | "/v1/chat/completions" => Some(Route::ChatCompletions),
        _ => None,
    }
}

/// All routes, and the checks and headers around them. Clones share them.
///
/// The checks are plain calls, and the routes that run generations do not pass the router: each layer
/// of a router moves the request's future into another allocation.
#[derive(Clone)]
pub(crate) struct Routes(Arc<Shared>);

/// The part of the routes that a listener serves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surface {
    /// `true` if the listener has a loopback address, so that hosts and origins are checked, and
    /// that keys are not required by default.
    pub(crate) loopback: bool,
    /// `true` if it serves clients.
    pub(crate) api: bool,
    /// `true` if it serves administrators: the metrics, and the routes for management keys.
    pub(crate) admin: bool,
}

struct Shared {
    app: Arc<App>,
    surface: Surface,
    router: TowerToHyperService<Router>,
}

impl Routes {
    /// Creates the routes of a listener. Those under `/api/v1` are also under `/v1`.
    pub(crate) fn new(app: Arc<App>, surface: Surface) -> Self {
        let mut router = Router::new();
        for (path, route) in root_routes() {
            router = router.route(path, route);
        }
        let mut prefixed = Router::new();
        if surface.api {
            prefixed = prefixed.merge(api_router(&app, surface.loopback));
        }
        if surface.admin {
            prefixed = prefixed.merge(accounts::management_router(&app));
        }
        for prefix in route_names::PREFIXES {
            router = router.nest(prefix, prefixed.clone());
        }
        if surface.admin {
            for (path, route) in admin_routes() {
                router = router.route(path, route);
            }
        }
        let router = router
            .fallback(move |uri, request| unknown_path(surface, uri, request))
            .method_not_allowed_fallback(wrong_method)
            .with_state(Arc::clone(&app));
        Self(Arc::new(Shared {
            app,
            surface,
            router: TowerToHyperService::new(router),
        }))
    }
}

type Handler = MethodRouter<Arc<App>>;

/// Returns the routes for clients under each prefix. The metrics know them by [`route_names::API`].
fn api_routes() -> Vec<(&'static str, Handler)> {
    let mut routes = vec![
        (RESPONSES, post(responses::create)),
        (CHAT_COMPLETIONS, post(responses::create_chat)),
        ("/models", get(models::list)),
        ("/models/count", get(models::count)),
        ("/models/user", get(models::list_for_user)),
        ("/models/{*name}", get(models::get)),
        ("/model/{*name}", get(models::get_wrapped)),
        ("/providers", get(providers::list)),
        ("/endpoints/zdr", get(providers::without_retention)),
    ];
    routes.extend(accounts::client_routes());
    routes
}

/// Returns the routes that every listener serves.
fn root_routes() -> Vec<(&'static str, Handler)> {
    vec![
        ("/health", get(health::health)),
        ("/ready", get(ready::ready)),
        ("/version", get(ready::version)),
    ]
}

/// Returns the routes for administrators that need no key.
fn admin_routes() -> Vec<(&'static str, Handler)> {
    vec![(METRICS, get(metrics::metrics))]
}

fn api_router(app: &Arc<App>, loopback: bool) -> Router<Arc<App>> {
    let rules = app.rules();
    if rules.keys.required(loopback) && rules.keys.is_empty() {
        tracing::warn!("every request needs a key, and this server has none");
    }
    let mut router = Router::new();
    for (path, route) in api_routes() {
        router = router.route(path, route);
    }
    router.route_layer(from_fn_with_state(
        (Arc::clone(app), loopback),
        authenticate::authenticate,
    ))
}

impl Surface {
    /// Returns the position of the template of a path, if the listener serves it.
    fn position(self, path: &str) -> Option<usize> {
        let served = |prefix: &str, path: &str| match (prefix, path) {
            ("", METRICS) => self.admin,
            ("", _) => true,
            (_, rest) if route_names::MANAGEMENT.contains(&rest) => self.admin,
            _ => self.api,
        };
        let position = route_names::position(path)?;
        let (prefix, rest) = route_names::template(position)?;
        served(prefix, rest).then_some(position)
    }
}

impl Service<http::Request<Incoming>> for Routes {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<Result<Response, Infallible>>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { Ok(shared.respond(request.map(Body::new)).await) })
    }
}

impl Shared {
    /// Responds to a request. Every response has the generation id and the CORS headers.
    async fn respond(&self, request: Request) -> Response {
        let id = GenerationId::new(unix_now());
        if let Some(log) = request.extensions().get::<RequestLog>() {
            log.generation(id.as_str());
        }
        let header = generation_id::header(&id);
        let cors = Cors::new(&request, &self.app.access);
        let mut response = match cors.preflight(&request) {
            Some(response) => response,
            // A panic in a handler is a 500.
            None => panics::catch_future(self.check(id, request))
                .await
                .unwrap_or_else(IntoResponse::into_response),
        };
        cors.add_headers(response.headers_mut());
        generation_id::add_headers(header, response.headers_mut());
        response
    }

    /// Checks the hosts of a request, and finds its route.
    async fn check(&self, id: GenerationId, mut request: Request) -> Response {
        if let Err(failure) = host_check::check(&request, &self.app.access, self.surface.loopback) {
            body::discard(request).await;
            return failure.into_response();
        }
        trailing_slash::remove(request.uri_mut());
        let log = request.extensions().get::<RequestLog>().cloned();
        let path = request.uri().path();
        if let (Some(log), Some(position)) = (&log, self.surface.position(path)) {
            log.route(position);
        }
        let route = api(path).filter(|_| self.surface.api && request.method() == Method::POST);
        match (log, route) {
            (Some(log), Some(route)) => {
                let loopback = self.surface.loopback;
                match authenticate::check(&self.app, loopback, request.headers(), Some(&log)).await
                {
                    Ok(caller) => {
                        responses::respond(&self.app, route, id, log, caller, request).await
                    }
                    Err(refusal) => {
                        body::discard(request).await;
                        refusal
                    }
                }
            }
            _ => {
                request.extensions_mut().insert(id);
                match self.router.call(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        }
    }
}

async fn unknown_path(surface: Surface, uri: Uri, request: Request) -> Failure {
    body::discard(request).await;
    let path = quote(&without_key(uri.path()));
    let routes = match surface {
        _ if uri.path() == METRICS => {
            "the metrics are at records.admin_listen, unless the server listens on loopback"
        }
        Surface { admin: false, .. } if route_names::is_management(uri.path()) => {
            "the routes for management keys are at records.admin_listen, unless the server listens on \
             loopback"
        }
        Surface { api: false, .. } => {
            "this listener has GET /metrics, /api/v1/keys, GET /api/v1/credits, GET \
             /api/v1/activity, GET /health, GET /ready and GET /version"
        }
        Surface { api: true, .. } => {
            "this server has POST /api/v1/responses, POST /api/v1/chat/completions, GET \
             /api/v1/models, GET /api/v1/providers, GET /api/v1/key, GET /api/v1/generation, GET \
             /health, GET /ready and GET /version"
        }
    };
    let message = format!("unknown path {path}; {routes}");
    Failure::new(FailureKind::NotFound, message)
}

async fn wrong_method(method: Method, uri: Uri, request: Request) -> Failure {
    body::discard(request).await;
    Failure::new(
        FailureKind::MethodNotAllowed,
        format!(
            "{} does not support {}; the Allow header lists the supported methods",
            quote(&without_key(uri.path())),
            quote(method.as_str())
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metrics_know_all_routes() {
        let paths = |routes: Vec<(&'static str, Handler)>| -> Vec<&'static str> {
            routes.into_iter().map(|(path, _)| path).collect()
        };
        assert_eq!(paths(api_routes()), route_names::API);
        assert_eq!(
            paths(accounts::management_routes()),
            route_names::MANAGEMENT
        );
        let root = [paths(root_routes()), paths(admin_routes())].concat();
        assert_eq!(root, route_names::ROOT);
    }
}
