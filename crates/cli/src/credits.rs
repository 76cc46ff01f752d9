//! `orouter credits`: the prepaid credits of an account, in the database of a configuration file.

use clap::{Args, Subcommand};
use orouter_server::store::{Account, AccountId, CreditGrant, ProcessId, Store, StoreError, Usd};
use serde_json::json;

use crate::account_values::usd;
use crate::database::{AccountArgs, DatabaseArgs};
use crate::exit::CommandError;
use crate::terminal::{Stdout, print_notice, sanitized};

#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CreditsArgs {
    #[command(subcommand)]
    command: CreditsCommand,
    #[command(flatten)]
    database: DatabaseArgs,
}

const AFTER_HELP: &str = "\
An account has no limit until credits are added for the first time. From then on, a request is refused
with a 402 unless the balance covers the highest cost that it can have. A grant of 0 also sets the
limit. Amounts are exact.";

#[derive(Debug, Subcommand)]
enum CreditsCommand {
    /// Print the credits of an account, what was spent of them, and the balance
    Show(ShowArgs),
    /// Add credits to an account; a negative amount takes them back
    Add(AddArgs),
}

#[derive(Args, Debug)]
struct ShowArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// Print the amounts as one line of JSON, in the shape of GET /credits
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
struct AddArgs {
    /// Amount in US dollars, with at most 9 decimal places, such as 25, 0.5 or -10
    #[arg(value_name = "AMOUNT", value_parser = usd, allow_negative_numbers = true)]
    amount: Usd,
    /// Id of the grant, such as the number of an invoice: credits with an id that was used before are
    /// not added, so that the command can be repeated [default: a random id]
    #[arg(long)]
    id: Option<String>,
    /// Reason, for the books
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    show: ShowArgs,
}

pub(crate) async fn run(args: CreditsArgs) -> Result<(), CommandError> {
    let store = args.database.open().await?;
    match args.command {
        CreditsCommand::Show(args) => {
            let account = account(store.as_ref(), &args.account.account).await?;
            print(&account, args.json)
        }
        CreditsCommand::Add(args) => add(store.as_ref(), args).await,
    }
}

async fn add(store: &dyn Store, args: AddArgs) -> Result<(), CommandError> {
    let id = match args.id {
        Some(id) => id,
        None => format!("command-{}", ProcessId::random()?),
    };
    let before = account(store, &args.show.account.account).await?;
    let mut grant = CreditGrant::new(&id, before.id.clone(), args.amount);
    grant.note = args.note;
    let added = store.add_credits(grant).await;
    let after = added.map_err(|error| unclear(error, &id))?;
    let after = after.ok_or_else(|| unknown(&before.id))?;
    print_notice(&sanitized(&notice(&before, &after, args.amount, &id)));
    print(&after, args.show.json)
}

/// Returns the error of a grant. After an outage, it may have been added.
fn unclear(error: StoreError, id: &str) -> CommandError {
    let outage = error.is_outage();
    let mut error = CommandError::from(error);
    if outage {
        error.message.push_str(&format!(
            ". The credits may have been added: repeat the command with --id {id:?}, which adds them once"
        ));
    }
    error
}

fn notice(before: &Account, after: &Account, amount: Usd, id: &str) -> String {
    if before.credits == after.credits {
        return format!("orouter: nothing is added: credits with the id {id:?} were added before");
    }
    let limited = if before.credits.is_none() {
        "; the account is limited by its credits from now on"
    } else {
        ""
    };
    format!(
        "orouter: added {amount} USD to the account {} with the id {id:?}{limited}",
        after.id
    )
}

async fn account(store: &dyn Store, id: &AccountId) -> Result<Account, CommandError> {
    let account = store.account(id.clone()).await?;
    account.ok_or_else(|| unknown(id))
}

fn unknown(id: &AccountId) -> CommandError {
    CommandError::failed(format!(
        "the account {id} does not exist; `orouter accounts create {id}` creates it"
    ))
}

fn print(account: &Account, json: bool) -> Result<(), CommandError> {
    let mut out = Stdout::new();
    if json {
        let number = |amount: Option<Usd>| amount.map(Usd::to_f64);
        let response = json!({"data": {
            "workspace_id": account.id.as_str(),
            "total_credits": number(account.credits),
            "total_usage": account.usage.to_f64(),
            "balance": number(account.balance()),
            "reserved": account.reserved.to_f64(),
        }});
        return out.json(&response.to_string());
    }
    let amount = |amount: Option<Usd>| match amount {
        Some(amount) => format!("{amount} USD"),
        None => "no limit: no credits were added".to_owned(),
    };
    for (name, value) in [
        ("account", account.id.to_string()),
        ("credits", amount(account.credits)),
        ("spent", amount(Some(account.usage))),
        ("balance", amount(account.balance())),
        ("reserved", amount(Some(account.reserved))),
    ] {
        out.line(&format!("{name:<10}{value}"))?;
    }
    Ok(())
}
