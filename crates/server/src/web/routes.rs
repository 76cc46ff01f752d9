//! [`Routes`]: all routes, and the checks and headers around them.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::{Method, Uri};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::cors::Cors;
use super::{
    authenticate, body, generation_id, health, host_check, models, ready, responses, trailing_slash,
};
use crate::app::App;
use crate::clock::unix_now;
use crate::failure::{Failure, FailureKind};
use crate::id::GenerationId;
use crate::panics;
use crate::provider::BoxFuture;
use crate::quote::quote;
use crate::request_log::RequestLog;

/// The paths of [`responses::create`].
const RESPONSES: [&str; 2] = ["/api/v1/responses", "/v1/responses"];

/// All routes, and the checks and headers around them. Clones share them.
///
/// The checks are plain calls, and `POST /responses` does not pass the router: each layer of a
/// router moves the request's future into another allocation.
#[derive(Clone)]
pub(crate) struct Routes(Arc<Shared>);

struct Shared {
    app: Arc<App>,
    loopback: bool,
    router: TowerToHyperService<Router>,
}

impl Routes {
    /// Creates the routes. Those under `/api/v1` are also under `/v1`.
    ///
    /// `loopback`: the server listens on a loopback address, so that hosts and origins are checked,
    /// and that keys are not required by default.
    pub(crate) fn new(app: Arc<App>, loopback: bool) -> Self {
        let keys = app.keys();
        if keys.required(loopback) && keys.is_empty() {
            tracing::warn!("every request needs a key, and this server has none");
        }
        let api = Router::new()
            .route("/responses", post(responses::create))
            .route("/models", get(models::list))
            .route("/models/{*name}", get(models::get))
            .route("/model/{*name}", get(models::get_wrapped))
            .route_layer(from_fn_with_state(
                (Arc::clone(&app), loopback),
                authenticate::authenticate,
            ));
        let router = Router::new()
            .nest("/api/v1", api.clone())
            .nest("/v1", api)
            .route("/health", get(health::health))
            .route("/ready", get(ready::ready))
            .route("/version", get(ready::version))
            .fallback(unknown_path)
            .method_not_allowed_fallback(wrong_method)
            .with_state(Arc::clone(&app));
        Self(Arc::new(Shared {
            app,
            loopback,
            router: TowerToHyperService::new(router),
        }))
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
        if let Err(failure) = host_check::check(&request, &self.app.access, self.loopback) {
            body::discard(request).await;
            return failure.into_response();
        }
        trailing_slash::remove(request.uri_mut());
        let log = request.extensions().get::<RequestLog>().cloned();
        match log {
            Some(log)
                if request.method() == Method::POST
                    && RESPONSES.contains(&request.uri().path()) =>
            {
                if let Err(refusal) = authenticate::check(&self.app, self.loopback, &request) {
                    body::discard(request).await;
                    return refusal;
                }
                let app = Arc::clone(&self.app);
                responses::create(State(app), Extension(id), Extension(log), request).await
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

async fn unknown_path(uri: Uri, request: Request) -> Failure {
    body::discard(request).await;
    Failure::new(
        FailureKind::NotFound,
        format!(
            "unknown path {}; this server has POST /api/v1/responses, GET /api/v1/models, GET \
             /health, GET /ready and GET /version",
            quote(uri.path())
        ),
    )
}

async fn wrong_method(method: Method, uri: Uri, request: Request) -> Failure {
    body::discard(request).await;
    Failure::new(
        FailureKind::MethodNotAllowed,
        format!(
            "{} does not support {}; the Allow header lists the supported methods",
            quote(uri.path()),
            quote(method.as_str())
        ),
    )
}
