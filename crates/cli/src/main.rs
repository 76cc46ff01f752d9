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
//! | `send`, `chat`, `serve`, `check`, `catalog`, `models` | the commands |
//! | `args`, `http_args`, `limit_args`, `log_args` | options and their values |
//! | `serve_config`, `reload` | the configuration of `serve`, and its reload |
//! | `target`, `connection`, `embedded`, `progress` | the choice of a server, the client for it, the embedded model |
//! | `prompt`, `schema`, `stdin`, `line`, `encoding` | input |
//! | `request`, `response` | one request and its response |
//! | `terminal`, `log`, `log_writer` | output and log |
//! | `exit`, `interrupt`, `signals` | exit statuses, Ctrl-C and other signals |

mod args;
mod catalog;
mod chat;
mod check;
mod connection;
mod embedded;
mod encoding;
mod exit;
mod http_args;
mod interrupt;
mod limit_args;
mod line;
mod log;
mod log_args;
mod log_fields;
mod log_writer;
mod models;
mod progress;
mod prompt;
mod reload;
mod request;
mod response;
mod schema;
mod send;
mod serve;
mod serve_config;
mod signals;
mod stdin;
mod target;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{CatalogCommand, Cli, Command};
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
        Command::Send(args) => interruptible(Box::pin(send::run(args))).await,
        Command::Models(args) => interruptible(models::run(args)).await,
        Command::Chat(args) => chat::run(args).await,
        Command::Serve(args) => Box::pin(serve::run(args)).await,
        Command::Check(args) => check::run(&args),
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
