//! `/keys`: creates, lists, changes and deletes the keys of an account.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::{StatusCode, Uri};
use orouter_store::{ApiKey, KeyChange, KeyDetails, KeyFilter, KeyHash, Payer};
use serde_json::{Value, json};

use super::key_body::{self, Context};
use super::manager::Manager;
use super::members::Members;
use super::query::Query;
use super::store_failure::failed;
use super::{audit, figures, key_entry, reply};
use crate::app::App;
use crate::failure::{Failure, FailureKind};

/// The hash in a path.
type HashInPath = Result<Path<String>, PathRejection>;

/// Creates a key. The response is the only one that has the secret.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(manager): Extension<Manager>,
    request: Request,
) -> Result<Response, Failure> {
    let members = Members::of(request, &app).await?;
    let new = key_body::new_key(members, &context(&manager))?;
    let secret = ApiKey::random().map_err(failed)?;
    let created = manager.store().create_key(new, &secret).await;
    let details = created.map_err(failed)?;
    audit::created(&details.key, manager.key());
    let body = json!({"data": key_entry::key(&details), "key": secret.expose()});
    Ok(reply::private_json(StatusCode::CREATED, &body))
}

/// Returns up to 100 keys of the account, the newest first.
pub(super) async fn list(
    Extension(manager): Extension<Manager>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = Query::of(&uri);
    query.check_workspace(&manager.key().account)?;
    let mut filter = KeyFilter::new(manager.account());
    filter.offset = query.number("offset")?;
    filter.include_disabled = query.flag("include_disabled")?;
    filter.include_expired = query.flag("include_expired")?;
    figures::update(manager.accounts(), &Payer::default()).await;
    let keys = manager.store().keys(filter).await.map_err(failed)?;
    let keys: Vec<Value> = keys.iter().map(key_entry::key).collect();
    Ok(reply::data(&Value::Array(keys)))
}

/// Returns a key.
pub(super) async fn get(
    Extension(manager): Extension<Manager>,
    hash: HashInPath,
) -> Result<Response, Failure> {
    let hash = read(hash)?;
    find(&manager, hash).await?;
    let details = with_exact_figures(&manager, hash).await?;
    Ok(reply::data(&key_entry::key(&details)))
}

/// Changes a key.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(manager): Extension<Manager>,
    hash: HashInPath,
    request: Request,
) -> Result<Response, Failure> {
    let members = Members::of(request, &app).await?;
    let hash = read(hash)?;
    let names = members.names();
    let change = key_body::change(members, &context(&manager))?;
    let key = find(&manager, hash).await?;
    refuse_management(&key)?;
    let mut details = with_exact_figures(&manager, hash).await?;
    if change != KeyChange::default() {
        let changed = manager.store().update_key(manager.account(), hash, change);
        let changed = changed.await.map_err(failed)?;
        details = changed.ok_or_else(unknown)?;
        audit::changed(&details.key, &names, manager.key());
    }
    Ok(reply::data(&key_entry::key(&details)))
}

/// Deletes a key. Its records are kept.
pub(super) async fn delete(
    Extension(manager): Extension<Manager>,
    hash: HashInPath,
) -> Result<Response, Failure> {
    let hash = read(hash)?;
    let details = find(&manager, hash).await?;
    refuse_management(&details)?;
    let deleted = manager.store().delete_key(manager.account(), hash).await;
    if !deleted.map_err(failed)? {
        return Err(unknown());
    }
    audit::deleted(&details.key, manager.key());
    let body = json!({"deleted": true});
    Ok(reply::private_json(StatusCode::OK, &body))
}

fn context(manager: &Manager) -> Context {
    Context {
        account: manager.account(),
        now: manager.accounts().now(),
    }
}

/// Reads the hash of a path. A text that is no hash is that of no key.
fn read(hash: HashInPath) -> Result<KeyHash, Failure> {
    let Path(hash) = hash.map_err(|_| unknown())?;
    hash.parse().map_err(|_| unknown())
}

/// Returns a key of the account.
async fn find(manager: &Manager, hash: KeyHash) -> Result<KeyDetails, Failure> {
    let found = manager.store().key(manager.account(), hash).await;
    found.map_err(failed)?.ok_or_else(unknown)
}

/// Returns a key that is known to belong to the account, after the charges of this server are in the
/// database and its lease is returned.
async fn with_exact_figures(manager: &Manager, hash: KeyHash) -> Result<KeyDetails, Failure> {
    let mut payer = Payer::default();
    payer.key = Some(hash);
    figures::update(manager.accounts(), &payer).await;
    find(manager, hash).await
}

/// Refuses to change or delete a management key, such as the one of the request: an account whose last
/// one is gone cannot be managed any more.
fn refuse_management(details: &KeyDetails) -> Result<(), Failure> {
    if !details.key.management {
        return Ok(());
    }
    let text = "a management key cannot be changed or deleted over HTTP; the command `orouter keys` \
                does that";
    Err(Failure::new(FailureKind::PermissionDenied, text))
}

/// Returns the 404 for a hash that is not that of a key of the account.
fn unknown() -> Failure {
    let text = "the account has no key with this hash; GET /api/v1/keys lists its keys";
    Failure::new(FailureKind::NotFound, text)
}
