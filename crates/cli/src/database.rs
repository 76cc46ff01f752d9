//! Opens the database of a configuration file, for the commands that use it directly, beside a running
//! server.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use orouter_server::config::{Config, StoreConfig};
use orouter_server::open_store;
use orouter_server::store::{AccountId, Store, StoreError};

use crate::account_values::account;
use crate::exit::{CommandError, Exit};
use crate::interrupt::interruptible;
use crate::values::file;
use crate::{check, config_file, sqlite_file};

/// The option that names the database, of all commands of a group.
#[derive(Args, Debug)]
pub(crate) struct DatabaseArgs {
    /// Configuration file whose [store] names the database [default: orouter.toml]
    #[arg(short, long, global = true, value_name = "FILE", env = "OROUTER_CONFIG", hide_env_values = true, value_parser = file)]
    pub(crate) config: Option<PathBuf>,
}

/// The option that names an account.
#[derive(Args, Debug)]
pub(crate) struct AccountArgs {
    /// Account
    #[arg(long, value_name = "ID", default_value = "default", value_parser = account)]
    pub(crate) account: AccountId,
}

impl DatabaseArgs {
    /// Opens the database.
    ///
    /// # Errors
    /// A usage error if no file names a database; otherwise that the database cannot be used.
    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>, CommandError> {
        let path = self.config.clone().or_else(config_file::of_current_folder);
        let Some(path) = path else {
            return Err(CommandError::usage(format!(
                "no configuration file: name it with --config or OROUTER_CONFIG, run the command in a folder with {}, or create one with `orouter init`",
                config_file::NAME
            )));
        };
        let store = Config::load_store(&path).map_err(|errors| {
            check::print_lines(errors.mistakes.iter().map(ToString::to_string));
            CommandError::reported(Exit::Usage)
        })?;
        let Some(store) = store else {
            return Err(CommandError::usage(format!(
                "{} names no database: add [store] with url = \"sqlite:orouter.db\", and restart the server",
                path.display()
            )));
        };
        // A new file would have another owner than the server's, or be at a place that it does not use.
        if let Some(file) = sqlite_file::path(&store).filter(|file| !file.exists()) {
            return Err(CommandError::failed(format!(
                "the database {} does not exist: `orouter serve` creates it when it starts",
                file.display()
            )));
        }
        interruptible(open(&store)).await
    }
}

/// Opens a database, and migrates it to the current schema.
pub(crate) async fn open(store: &StoreConfig) -> Result<Arc<dyn Store>, CommandError> {
    Ok(open_store(store).await?)
}

impl From<StoreError> for CommandError {
    /// Converts an error of the database. A value that cannot be stored is a usage error, and names the
    /// option.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Invalid {
                member: "account",
                message,
            } => Self::usage(format!(
                "--account {message}; `orouter accounts create` creates one"
            )),
            StoreError::Invalid { member, message } => {
                Self::usage(format!("{} {message}", option_of(member)))
            }
            StoreError::Unavailable(_) => Self::failed(format!(
                "{error}; [store] of the configuration file names it"
            )),
            error => Self::failed(error),
        }
    }
}

/// Returns the words for a value of the database.
fn option_of(member: &str) -> &str {
    match member {
        "name" => "the name",
        "amount" => "the amount",
        "creator_user_id" => "--creator",
        "limit" => "--limit",
        "allowed_models" => "--allow-model",
        "allowed_providers" => "--allow-provider",
        "id" => "--id",
        "note" => "--note",
        other => other,
    }
}
