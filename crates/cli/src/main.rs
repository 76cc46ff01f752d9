//! The `orouter` command: `send`, `chat`, `serve`, `models`.
//!
//! It puts the two halves together and adds nothing of its own to either: requests go through the
//! SDK (`orouter`), to a server elsewhere or to one that this process runs (`orouter-server`).

mod answer;
mod args;
mod byte_size;
mod chat;
mod connection;
mod embedded;
mod encoding;
mod exit;
mod http_args;
mod limit_args;
mod line;
mod log;
mod log_writer;
mod models;
mod progress;
mod prompt;
mod schema;
mod send;
mod serve;
mod signals;
mod stdin;
mod target;
mod terminal;
mod time_span;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads to its end is no failure.
            let _ = error.print();
            args::explain(&error);
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(Failure::failed(format!("cannot start: {error}")))),
    };
    let outcome = runtime.block_on(run(cli.command));
    // What still runs has nobody left to work for: an answer whose reader went away, a thread that
    // waits for standard input.
    runtime.shutdown_background();
    end(outcome)
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Send(args) => interruptible(Box::pin(send::run(args))).await,
        Command::Models(args) => interruptible(models::run(args)).await,
        Command::Chat(args) => chat::run(args).await,
        Command::Serve(args) => serve::run(args).await,
    }
}

/// Gives the work up on Ctrl-C.
async fn interruptible<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
    }
}

fn end(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                terminal::complain(&failure.message);
            }
            failure.exit.into()
        }
    }
}
