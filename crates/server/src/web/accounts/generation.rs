//! `GET /generation`: the record of a generation.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Uri;
use orouter_store::Scope;

use super::generation_entry;
use super::query::Query;
use super::reply;
use super::store_failure::{accounts, failed};
use crate::account::Caller;
use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::web::authenticate::unauthorized;

/// Maximum length of an id, in characters.
const MAX_ID: usize = 128;

/// Returns a generation of the key of the request, or of its account for a management key.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
) -> Result<Response, Response> {
    if matches!(caller, Caller::Anonymous) && app.accounts.is_some() {
        return Err(unauthorized());
    }
    find(&app, &caller, &uri)
        .await
        .map_err(Failure::into_response)
}

async fn find(app: &App, caller: &Caller, uri: &Uri) -> Result<Response, Failure> {
    let accounts = accounts(app)?;
    let query = Query::of(uri);
    let id = query.get("id")?.unwrap_or_default();
    if !is_id(id) {
        let text = "`id` must be the id of a generation: gen- and letters, digits and -, at most 128 \
                    characters";
        return Err(Failure::invalid("id", text));
    }
    // The same for every generation that the caller may not read, so that ids cannot be probed.
    let unknown = || {
        let text = "no generation of this key or account has this id";
        Failure::new(FailureKind::NotFound, text)
    };
    let known = caller.key().ok_or_else(unknown)?;
    let scope = match caller.is_manager() {
        true => Scope::Account(known.key.account.clone()),
        false => Scope::Key(known.key.hash),
    };
    let record = accounts.generation(id, scope).await.map_err(failed)?;
    let record = record.ok_or_else(unknown)?;
    Ok(reply::data(&generation_entry::generation(&record)))
}

fn is_id(id: &str) -> bool {
    let rest = id.strip_prefix("gen-").unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    id.len() <= MAX_ID && !rest.is_empty() && rest.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_letters_digits_and_dashes() {
        let longest = format!("gen-{}", "a".repeat(124));
        for id in [
            "gen-1",
            "gen--",
            "gen-1785813195-Xe9pni9PQzhQfSCC92d4",
            &longest,
        ] {
            assert!(is_id(id), "{id}");
        }
        let long = format!("{longest}a");
        for id in [
            "", "gen-", "gen", "Gen-1", "gen-1 ", "gen-é", "gen-1'", "gen-1\0", "resp-1", &long,
        ] {
            assert!(!is_id(id), "{id}");
        }
    }
}
