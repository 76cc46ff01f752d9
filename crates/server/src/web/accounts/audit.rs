//! The log of changes of keys. It names keys by hash and label, which are not secret.

use orouter_store::Key;

use crate::quote::quote;

/// Logs that a key was created.
pub(super) fn created(key: &Key, by: &Key) {
    let (name, by_name) = (quote(&key.name), quote(&by.name));
    tracing::info!(
        key = %key.hash,
        name,
        account = %key.account,
        by = by_name,
        by_label = by.label,
        by_key = %by.hash,
        "key created"
    );
}

/// Logs that members of a key were changed.
pub(super) fn changed(key: &Key, members: &str, by: &Key) {
    let (name, by_name) = (quote(&key.name), quote(&by.name));
    tracing::info!(
        key = %key.hash,
        name,
        account = %key.account,
        members,
        by = by_name,
        by_label = by.label,
        by_key = %by.hash,
        "key changed"
    );
}

/// Logs that a key was deleted.
pub(super) fn deleted(key: &Key, by: &Key) {
    let (name, by_name) = (quote(&key.name), quote(&by.name));
    tracing::info!(
        key = %key.hash,
        name,
        account = %key.account,
        by = by_name,
        by_label = by.label,
        by_key = %by.hash,
        "key deleted"
    );
}
