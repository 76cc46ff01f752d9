//! `orouter keys`: the API keys of the accounts, in the database of a configuration file.

mod change;
mod create;
mod delete;
mod find;
mod issue;
mod key_json;
mod list;
mod shown;

use clap::{Args, Subcommand};
use orouter_server::store::{KeyChange, Store};

use crate::database::DatabaseArgs;
use crate::exit::CommandError;

pub(crate) use issue::issue;

use change::UpdateArgs;
use create::CreateArgs;
use delete::DeleteArgs;
use find::FindArgs;
use list::ListArgs;

#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
    #[command(flatten)]
    database: DatabaseArgs,
}

const AFTER_HELP: &str = "\
The commands change the database directly; a running server knows a change within a second.

KEY is the name of a key, its label, its hash, or at least 8 digits with which its hash begins. A key
itself is accepted too, so that a key that was found can be disabled; other users can see arguments.";

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Create a key, and print it
    ///
    /// The key is printed once, alone on standard output. Only its hash is stored.
    Create(CreateArgs),
    /// List keys, the newest first
    ///
    /// Columns: first digits of the hash, label, state, spent amount and limit in US dollars, name.
    List(ListArgs),
    /// Print all values of a key
    Show(FindArgs),
    /// Change values of a key
    Update(UpdateArgs),
    /// Refuse all requests with a key, until it is enabled
    Disable(FindArgs),
    /// Accept a disabled key again
    Enable(FindArgs),
    /// Delete a key; its records are kept
    Delete(DeleteArgs),
}

pub(crate) async fn run(args: KeysArgs) -> Result<(), CommandError> {
    let store = args.database.open().await?;
    let store = store.as_ref();
    match args.command {
        KeysCommand::Create(args) => create::run(store, args).await,
        KeysCommand::List(args) => list::run(store, args).await,
        KeysCommand::Show(args) => {
            let found = args.find(store).await?;
            shown::print(store, &found, args.json).await
        }
        KeysCommand::Update(args) => change::update(store, args).await,
        KeysCommand::Disable(args) => set_disabled(store, &args, true).await,
        KeysCommand::Enable(args) => set_disabled(store, &args, false).await,
        KeysCommand::Delete(args) => delete::run(store, args).await,
    }
}

async fn set_disabled(
    store: &dyn Store,
    args: &FindArgs,
    disabled: bool,
) -> Result<(), CommandError> {
    let mut change = KeyChange::default();
    change.disabled = Some(disabled);
    change::apply(store, args, change).await
}
