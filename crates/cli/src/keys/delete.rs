//! `orouter keys delete`.

use std::io::{self, Write as _};

use clap::Args;
use orouter_server::store::Store;

use crate::exit::CommandError;
use crate::interrupt::interruptible;
use crate::stdin;
use crate::terminal::print_notice;

use super::find::FindArgs;
use super::shown::{one_line, short};

#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    find: FindArgs,
    /// Delete the key without asking
    #[arg(short, long)]
    yes: bool,
}

pub(super) async fn run(store: &dyn Store, args: DeleteArgs) -> Result<(), CommandError> {
    let found = args.find.find(store).await?;
    let key = &found.key;
    let shown = one_line(&format!(
        "{} ({}, hash {})",
        key.name,
        key.label,
        short(key.hash)
    ));
    if !args.yes {
        if !stdin::is_terminal() {
            return Err(CommandError::usage(format!(
                "nothing is deleted: add --yes to delete {shown} without a question"
            )));
        }
        let question = format!("Delete {shown}? Its records are kept. [y/N] ");
        if !interruptible(confirm(question)).await? {
            return Err(CommandError::failed("nothing is deleted"));
        }
    }
    if !store.delete_key(args.find.account(), key.hash).await? {
        return Err(CommandError::failed("the key was deleted meanwhile"));
    }
    print_notice(&format!("orouter: deleted {shown}"));
    Ok(())
}

/// Asks a question on the terminal.
async fn confirm(question: String) -> Result<bool, CommandError> {
    let _ = write!(io::stderr(), "{question}");
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = read
        .await
        .map_err(CommandError::failed)?
        .map_err(|error| CommandError::failed(format!("cannot read from the terminal: {error}")))?;
    let answer = line.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}
