//! The routes of accounts, in the hosted API's shapes: keys, credits, generations and activity.
//!
//! [`manager`] admits management keys, [`members`] and [`query`] read bodies and queries strictly,
//! [`key_body`] has the members of a key that a client sets, and [`key_entry`] the shape of a key.

mod activity;
mod audit;
mod credits;
mod current_key;
mod figures;
mod generation;
mod generation_entry;
mod key_body;
mod key_entry;
mod keys;
mod manager;
mod members;
mod query;
mod reply;
mod store_failure;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get};

use crate::app::App;

/// Returns the routes for every key of the store. They are served with those for clients.
pub(super) fn client_routes() -> Vec<(&'static str, MethodRouter<Arc<App>>)> {
    vec![
        ("/key", get(current_key::get)),
        ("/generation", get(generation::get)),
    ]
}

/// Returns the routes for management keys.
pub(super) fn management_routes() -> Vec<(&'static str, MethodRouter<Arc<App>>)> {
    vec![
        ("/keys", get(keys::list).post(keys::create)),
        (
            "/keys/{hash}",
            get(keys::get).patch(keys::change).delete(keys::delete),
        ),
        ("/credits", get(credits::get)),
        ("/activity", get(activity::get)),
    ]
}

/// Returns the router of [`management_routes`], which checks the key of each request.
pub(super) fn management_router(app: &Arc<App>) -> Router<Arc<App>> {
    let mut router = Router::new();
    for (path, route) in management_routes() {
        router = router.route(path, route);
    }
    router.route_layer(from_fn_with_state(Arc::clone(app), manager::require))
}
