//! `orouter accounts`: the accounts in the database of a configuration file.

use clap::{Args, Subcommand};
use orouter_server::store::AccountId;

use crate::account_values::account;
use crate::database::DatabaseArgs;
use crate::exit::CommandError;
use crate::terminal::print_notice;

#[derive(Args, Debug)]
pub(crate) struct AccountsArgs {
    #[command(subcommand)]
    command: AccountsCommand,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, Subcommand)]
enum AccountsCommand {
    /// Create an account with keys and credits of its own; the account `default` always exists
    Create {
        /// Id of 1 to 64 letters, digits, - and _
        #[arg(value_name = "ID", value_parser = account)]
        id: AccountId,
    },
}

pub(crate) async fn run(args: AccountsArgs) -> Result<(), CommandError> {
    let store = args.database.open().await?;
    let AccountsCommand::Create { id } = args.command;
    let existed = store.account(id.clone()).await?.is_some();
    store.create_account(id.clone()).await?;
    print_notice(&if existed {
        format!("orouter: the account {id} exists; nothing is changed")
    } else {
        format!("orouter: created the account {id}; it has no limit until credits are added")
    });
    Ok(())
}
