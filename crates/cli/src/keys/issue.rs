//! Creates a key and shows it.

use orouter_server::store::{ApiKey, KeyDetails, NewKey, Store};

use crate::exit::CommandError;
use crate::terminal::{Stdout, print_notice, sanitized};

use super::key_json::key_json;

/// Creates a key, and prints it, or the response of the API with it. A key that could not be printed is
/// deleted, because nobody has it.
pub(crate) async fn issue(
    store: &dyn Store,
    new: NewKey,
    json: bool,
) -> Result<KeyDetails, CommandError> {
    let secret = ApiKey::random()?;
    let details = store.create_key(new, &secret).await?;
    let mut out = Stdout::new();
    let printed = if json {
        let response = serde_json::json!({"data": key_json(&details), "key": secret.expose()});
        out.json(&response.to_string())
    } else {
        out.line(secret.expose())
    };
    if let Err(error) = printed {
        discard(store, &details).await;
        return Err(error);
    }
    Ok(details)
}

async fn discard(store: &dyn Store, details: &KeyDetails) {
    let key = &details.key;
    match store.delete_key(key.account.clone(), key.hash).await {
        Ok(_) => print_notice("orouter: the new key could not be printed, and was deleted"),
        Err(error) => print_notice(&sanitized(&format!(
            "orouter: the new key could not be printed; delete it with `orouter keys delete {}`: {error}",
            key.hash
        ))),
    }
}
