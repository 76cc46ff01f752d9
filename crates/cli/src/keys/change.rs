//! `orouter keys update`, and the changes of other commands.

use clap::Args;
use orouter_server::store::{KeyChange, Store, Timestamp, Usd};

use crate::account_values::{Window, later, usd};
use crate::exit::CommandError;

use super::create::list;
use super::find::FindArgs;
use super::shown;

#[derive(Args, Debug)]
pub(super) struct UpdateArgs {
    #[command(flatten)]
    find: FindArgs,
    #[command(flatten)]
    values: Values,
}

/// New values of a key.
#[derive(Args, Debug)]
struct Values {
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// New maximum amount that the key may spend, in US dollars
    #[arg(long, value_name = "USD", value_parser = usd, allow_negative_numbers = true)]
    limit: Option<Usd>,
    /// Remove the limit, and its window
    #[arg(long, conflicts_with_all = ["limit", "limit_reset"])]
    no_limit: bool,
    /// Window after which the spent amount begins at zero, in UTC
    #[arg(long, value_name = "WINDOW")]
    limit_reset: Option<Window>,
    /// The spent amount never begins at zero
    #[arg(long, conflicts_with = "limit_reset")]
    no_limit_reset: bool,
    /// Time from which the key is refused: 2026-05-01, 2026-05-01T09:30:00Z (UTC), or 30d from now
    #[arg(long, value_name = "TIME", value_parser = later)]
    expires: Option<Timestamp>,
    /// The key does not expire
    #[arg(long, conflicts_with = "expires")]
    no_expires: bool,
    /// Model that the key may use, or `author/*`, in place of those before; repeat it for others
    #[arg(long = "allow-model", value_name = "MODEL")]
    allow_models: Vec<String>,
    /// The key may use all models
    #[arg(long, conflicts_with = "allow_models")]
    allow_all_models: bool,
    /// Provider that the key may use, in place of those before; repeat it for others
    #[arg(long = "allow-provider", value_name = "PROVIDER")]
    allow_providers: Vec<String>,
    /// The key may use all providers
    #[arg(long, conflicts_with = "allow_providers")]
    allow_all_providers: bool,
    /// Maximum number of requests per minute
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    requests_per_minute: Option<u32>,
    /// Remove the limit of requests
    #[arg(long, conflicts_with = "requests_per_minute")]
    no_requests_per_minute: bool,
    /// Maximum number of tokens per minute
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    tokens_per_minute: Option<u32>,
    /// Remove the limit of tokens
    #[arg(long, conflicts_with = "tokens_per_minute")]
    no_tokens_per_minute: bool,
}

impl Values {
    fn into_change(self) -> KeyChange {
        let mut change = KeyChange::default();
        change.name = self.name;
        change.limit = option(self.limit, self.no_limit);
        let reset = self.limit_reset.map(Into::into);
        change.limit_reset = option(reset, self.no_limit_reset || self.no_limit);
        change.expires_at = option(self.expires, self.no_expires);
        change.allowed_models = option(list(self.allow_models), self.allow_all_models);
        change.allowed_providers = option(list(self.allow_providers), self.allow_all_providers);
        change.requests_per_minute = option(self.requests_per_minute, self.no_requests_per_minute);
        change.tokens_per_minute = option(self.tokens_per_minute, self.no_tokens_per_minute);
        change
    }
}

/// Returns the change of a value: the new value, its removal, or none.
fn option<T>(new: Option<T>, remove: bool) -> Option<Option<T>> {
    if remove { Some(None) } else { new.map(Some) }
}

pub(super) async fn update(store: &dyn Store, args: UpdateArgs) -> Result<(), CommandError> {
    let change = args.values.into_change();
    if change == KeyChange::default() {
        return Err(CommandError::usage(
            "no value to change: add an option such as --limit; `orouter keys update --help` lists them",
        ));
    }
    apply(store, &args.find, change).await
}

/// Changes the key that the arguments name, and prints it.
pub(super) async fn apply(
    store: &dyn Store,
    args: &FindArgs,
    change: KeyChange,
) -> Result<(), CommandError> {
    let found = args.find(store).await?;
    let changed = store
        .update_key(args.account(), found.key.hash, change)
        .await?;
    let Some(changed) = changed else {
        return Err(CommandError::failed("the key was deleted meanwhile"));
    };
    shown::print(store, &changed, args.json).await
}
