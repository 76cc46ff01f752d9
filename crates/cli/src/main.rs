//! The `orouter` command: a client and a server for OpenRouter's Responses API.
//!
//! ```sh
//! orouter send "Tell me a joke"      # with the embedded model: no key, no account
//! ```
//!
//! Requests go through the SDK (`orouter`) to the hosted service, to another server, or to a server
//! with the embedded model that this process runs (`orouter-server`).
//!
//! | Modules | Purpose |
//! |---|---|
//! | `send`, `chat`, `serve`, `check`, `catalog`, `models`, `config`, `login`, `completions`, `man` | the commands |
//! | `init`, `keys`, `credits`, `accounts`, `records` | the commands of a server's accounts |
//! | `database`, `sqlite_file`, `account_values` | the database of a configuration file, values of its commands |
//! | `args`, `serve_args`, `http_args`, `limit_args`, `log_args`, `values` | commands, options and their values |
//! | `config_file`, `serve_config`, `reload` | the configuration of `serve`, and its reload |
//! | `user_config`, `directories`, `private_file` | the user's configuration and directories |
//! | `credentials`, `key_command`, `secret`, `server_url` | API keys and their servers |
//! | `target`, `connection`, `embedded`, `progress` | the choice of a server, the client for it, the embedded model |
//! | `prompt`, `schema`, `stdin`, `line`, `piped_line`, `editor`, `encoding` | input |
//! | `attachment`, `attachment_url`, `file_type` | attached files |
//! | `request`, `request_option`, `member_type`, `json_tree` | one request |
//! | `reply`, `response`, `tool_calls`, `json_text`, `retry_notice` | its response |
//! | `terminal`, `quiet_terminal`, `spinner`, `log`, `log_writer` | output and log |
//! | `exit`, `sdk_message`, `interrupt`, `signals` | errors and exit statuses, Ctrl-C and other signals |

mod account_values;
mod accounts;
mod args;
mod attachment;
mod attachment_url;
mod catalog;
mod chat;
mod check;
mod completions;
mod config;
mod config_file;
mod connection;
mod credentials;
mod credits;
mod database;
mod directories;
mod editor;
mod embedded;
mod encoding;
mod exit;
mod file_type;
mod http_args;
mod init;
mod interrupt;
mod json_text;
mod json_tree;
mod key_command;
mod keys;
mod limit_args;
mod line;
mod log;
mod log_args;
mod log_fields;
mod log_writer;
mod login;
mod man;
mod member_type;
mod model_list;
mod models;
mod piped_line;
mod private_file;
mod progress;
mod prompt;
mod quiet_terminal;
mod records;
mod reload;
mod reply;
mod request;
mod request_option;
mod response;
mod retry_notice;
mod schema;
mod sdk_message;
mod secret;
mod send;
mod serve;
mod serve_args;
mod serve_config;
mod server_url;
mod signals;
mod spinner;
mod sqlite_file;
mod stdin;
mod target;
mod terminal;
mod tool_calls;
mod user_config;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::args::{Cli, Command};
use crate::catalog::CatalogCommand;
use crate::exit::CommandError;
use crate::interrupt::interruptible;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe does not make `--help` fail.
            let _ = error.print();
            args::print_variable_at_fault(&error);
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return exit_code(Err(CommandError::failed(format!(
                "cannot start threads: {error}"
            ))));
        }
    };
    let outcome = runtime.block_on(run(cli.command));
    // Does not wait for running tasks, such as a read of standard input: their results are not used.
    runtime.shutdown_background();
    exit_code(outcome)
}

async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Send(args) => Box::pin(send::run(args)).await,
        Command::Models(args) => interruptible(models::run(args)).await,
        Command::Chat(args) => Box::pin(chat::run(args)).await,
        Command::Serve(args) => Box::pin(serve::run(args)).await,
        Command::Init(args) => Box::pin(init::run(args)).await,
        Command::Check(args) => check::run(&args),
        Command::Keys(args) => Box::pin(keys::run(args)).await,
        Command::Credits(args) => Box::pin(credits::run(args)).await,
        Command::Accounts(args) => Box::pin(accounts::run(args)).await,
        Command::Records(args) => Box::pin(records::run(args)).await,
        Command::Config(args) => config::run(&args),
        Command::Login(args) => login::login(args).await,
        Command::Logout(args) => login::logout(&args),
        Command::Completions(args) => completions::run(&args, Cli::command()),
        Command::Man(args) => man::run(&args, Cli::command()),
        Command::Catalog(args) => match args.command {
            CatalogCommand::Import(args) => interruptible(Box::pin(catalog::import(args))).await,
        },
    }
}

/// Prints the error, if any, and returns the exit status.
fn exit_code(outcome: Result<(), CommandError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.message.is_empty() {
                terminal::print_error(&error.message);
            }
            error.exit.into()
        }
    }
}
