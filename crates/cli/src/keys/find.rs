//! Finds the key that an argument names.

use std::convert::Infallible;

use clap::Args;
use orouter_server::store::{AccountId, ApiKey, KeyDetails, KeyHash, Store};

use crate::database::AccountArgs;
use crate::exit::CommandError;

use super::list::all;
use super::shown::{one_line, short};

/// Minimum number of digits with which a hash begins.
const MIN_DIGITS: usize = 8;

/// Maximum number of keys that a message lists.
const LISTED: usize = 10;

/// Beginning of keys and labels.
const PREFIX: &str = "sk-or-";

#[derive(Args, Debug)]
pub(super) struct FindArgs {
    /// Name, label or hash of the key, or the first digits of its hash
    #[arg(value_parser = named)]
    key: Named,
    #[command(flatten)]
    account: AccountArgs,
    /// Print the key as one line of JSON, in the shape of the API
    #[arg(long)]
    pub(super) json: bool,
}

/// An argument that names a key.
#[derive(Clone, Debug)]
enum Named {
    Hash(KeyHash),
    Text(String),
}

/// Reads the argument. A key is replaced by its hash at once, so that no message shows it.
#[expect(clippy::unnecessary_wraps, reason = "the type of a parser of values")]
fn named(text: &str) -> Result<Named, Infallible> {
    Ok(if ApiKey::has_form(text.as_bytes()) {
        Named::Hash(KeyHash::of(text.as_bytes()))
    } else if let Ok(hash) = text.parse() {
        Named::Hash(hash)
    } else {
        Named::Text(text.to_owned())
    })
}

impl FindArgs {
    pub(super) fn account(&self) -> AccountId {
        self.account.account.clone()
    }

    /// Returns the key.
    ///
    /// # Errors
    /// If no key or several keys have the name.
    pub(super) async fn find(&self, store: &dyn Store) -> Result<KeyDetails, CommandError> {
        let text = match &self.key {
            Named::Hash(hash) => {
                let found = store.key(self.account(), *hash).await?;
                return found.ok_or_else(|| self.unknown(&format!("the hash {hash}")));
            }
            Named::Text(text) => text,
        };
        let mut found = all(store, self.account()).await?;
        found.retain(|details| is_named(details, text));
        let several = found.len() > 1;
        match found.pop() {
            Some(details) if !several => Ok(details),
            Some(last) => {
                found.push(last);
                Err(ambiguous(text, &found))
            }
            // It may be a key that was copied in part.
            None if text.starts_with(PREFIX) => Err(self.unknown("this label")),
            None => Err(self.unknown(&format!("the name {text:?}, or a hash that begins with it"))),
        }
    }

    fn unknown(&self, what: &str) -> CommandError {
        CommandError::failed(format!(
            "no key of the account {} has {what}; `orouter keys list --all` lists the keys",
            self.account.account
        ))
    }
}

fn is_named(details: &KeyDetails, text: &str) -> bool {
    let key = &details.key;
    let begins = || {
        text.len() >= MIN_DIGITS
            && text.bytes().all(|digit| digit.is_ascii_hexdigit())
            && key.hash.to_string().starts_with(&text.to_ascii_lowercase())
    };
    key.name == text || key.label == text || begins()
}

fn ambiguous(text: &str, found: &[KeyDetails]) -> CommandError {
    let listed = found.iter().take(LISTED).map(|details| {
        let key = &details.key;
        format!("{} ({}, {})", short(key.hash), key.label, key.name)
    });
    let listed: Vec<String> = listed.collect();
    let more = found.len().saturating_sub(LISTED);
    let more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    CommandError::usage(one_line(&format!(
        "{text:?} means several keys; write the hash of one: {}{more}",
        listed.join(", ")
    )))
}
