//! `orouter keys list`.

use clap::Args;
use orouter_server::store::{AccountId, KeyDetails, KeyFilter, Store};
use serde_json::{Value, json};

use crate::database::AccountArgs;
use crate::exit::CommandError;
use crate::interrupt::interruptible;
use crate::terminal::Stdout;

use super::key_json::key_json;
use super::shown::{HEADER, row};

/// Number of keys that are read at a time.
const PAGE: u32 = 1_000;

#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// List disabled and expired keys too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    account: AccountArgs,
    /// Print the keys as one line of JSON, in the shape of GET /keys
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(store: &dyn Store, args: ListArgs) -> Result<(), CommandError> {
    interruptible(async {
        let mut filter = KeyFilter::new(args.account.account);
        filter.include_disabled = args.all;
        filter.include_expired = args.all;
        let keys = pages(store, filter).await?;
        let mut out = Stdout::new();
        if args.json {
            let data: Vec<Value> = keys.iter().map(key_json).collect();
            return out.json(&json!({ "data": data }).to_string());
        }
        if out.is_terminal() {
            out.line(HEADER)?;
        }
        let now = store.now().await?;
        keys.iter().try_for_each(|key| out.line(&row(key, now)))
    })
    .await
}

/// Returns all keys of an account, the newest first.
pub(super) async fn all(
    store: &dyn Store,
    account: AccountId,
) -> Result<Vec<KeyDetails>, CommandError> {
    let mut filter = KeyFilter::new(account);
    filter.include_disabled = true;
    filter.include_expired = true;
    pages(store, filter).await
}

async fn pages(store: &dyn Store, mut filter: KeyFilter) -> Result<Vec<KeyDetails>, CommandError> {
    filter.count = PAGE;
    let mut keys = Vec::new();
    loop {
        let page = store.keys(filter.clone()).await?;
        let read = u32::try_from(page.len()).unwrap_or(u32::MAX);
        keys.extend(page);
        if read < PAGE {
            return Ok(keys);
        }
        filter.offset = filter.offset.saturating_add(read);
    }
}
