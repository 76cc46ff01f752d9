//! `orouter keys create`.

use clap::Args;
use orouter_server::store::{NewKey, Store, Timestamp, Usd};

use crate::account_values::{Window, later, usd};
use crate::database::AccountArgs;
use crate::exit::CommandError;
use crate::terminal::print_notice;

use super::issue::issue;
use super::shown::one_line;

#[derive(Args, Debug)]
pub(super) struct CreateArgs {
    /// Name of the key, which the log and the records of the server have
    name: String,
    /// Maximum amount that the key may spend, in US dollars [default: no limit]
    #[arg(long, value_name = "USD", value_parser = usd, allow_negative_numbers = true)]
    limit: Option<Usd>,
    /// Window after which the spent amount begins at zero, in UTC [default: never]
    #[arg(long, value_name = "WINDOW", requires = "limit")]
    limit_reset: Option<Window>,
    /// Time from which the key is refused: 2026-05-01, 2026-05-01T09:30:00Z (UTC), or 30d from now
    /// [default: never]
    #[arg(long, value_name = "TIME", value_parser = later)]
    expires: Option<Timestamp>,
    /// Model that the key may use, or `author/*` for all models of an author; repeat it for others
    /// [default: all]
    #[arg(long = "allow-model", value_name = "MODEL")]
    allow_models: Vec<String>,
    /// Provider that the key may use; repeat it for others [default: all]
    #[arg(long = "allow-provider", value_name = "PROVIDER")]
    allow_providers: Vec<String>,
    /// Maximum number of requests per minute [default: no limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    requests_per_minute: Option<u32>,
    /// Maximum number of tokens per minute [default: no limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    tokens_per_minute: Option<u32>,
    /// Create a key that manages keys and reads the usage of its account over HTTP; it cannot make
    /// requests to models
    #[arg(long)]
    management: bool,
    #[command(flatten)]
    account: AccountArgs,
    /// Id of the user who gets the key, for your own use
    #[arg(long, value_name = "ID")]
    creator: Option<String>,
    /// Print the key with its values as one line of JSON, in the shape of POST /keys
    #[arg(long)]
    json: bool,
}

impl CreateArgs {
    fn into_new(self) -> NewKey {
        let mut new = NewKey::new(self.name);
        new.account = self.account.account;
        new.management = self.management;
        new.limit = self.limit;
        new.limit_reset = self.limit_reset.map(Into::into);
        new.expires_at = self.expires;
        new.creator = self.creator;
        new.allowed_models = list(self.allow_models);
        new.allowed_providers = list(self.allow_providers);
        new.requests_per_minute = self.requests_per_minute;
        new.tokens_per_minute = self.tokens_per_minute;
        new
    }
}

/// Returns the names of a repeated option; `None` if it was not given.
pub(super) fn list(names: Vec<String>) -> Option<Vec<String>> {
    (!names.is_empty()).then_some(names)
}

pub(super) async fn run(store: &dyn Store, args: CreateArgs) -> Result<(), CommandError> {
    if args.expires.is_some_and(|end| end <= Timestamp::now()) {
        return Err(CommandError::usage("--expires is in the past"));
    }
    let json = args.json;
    let details = issue(store, args.into_new(), json).await?;
    let key = &details.key;
    print_notice(&one_line(&format!(
        "orouter: created {} ({}), hash {}; the key cannot be printed again",
        key.name, key.label, key.hash
    )));
    if key.management {
        print_notice("orouter: a management key cannot make requests to models");
    }
    Ok(())
}
