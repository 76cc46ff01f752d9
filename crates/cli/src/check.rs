//! `orouter check`: reports every mistake in configuration files.

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use clap::Args;

use orouter_server::config::{Config, ConfigMessage};

use crate::exit::{CommandError, Exit};
use crate::terminal::{Stdout, sanitized};
use crate::values::file;
use crate::{config_file, sqlite_file};

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// Configuration files [default: orouter.toml]
    #[arg(value_name = "FILE", env = "OROUTER_CONFIG", hide_env_values = true, value_parser = file)]
    pub(crate) files: Vec<PathBuf>,
}

/// Checks the files. The exit status is 2 if one of them has a mistake.
pub(crate) fn run(args: &CheckArgs) -> Result<(), CommandError> {
    let default: Vec<PathBuf> = config_file::of_current_folder().into_iter().collect();
    let files = if args.files.is_empty() {
        &default
    } else {
        &args.files
    };
    if files.is_empty() {
        return Err(CommandError::usage(format!(
            "no configuration file: add FILE, or run the command in a folder with {}",
            config_file::NAME
        )));
    }
    let mut out = Stdout::new();
    let mut valid = true;
    for file in files {
        match Config::load(file) {
            Ok(config) => {
                print_warnings(&config.warnings);
                print_warnings(&unusable_addresses(file, &config));
                out.line(&sanitized(&summary(file, &config)))?;
            }
            Err(errors) => {
                valid = false;
                print_warnings(&errors.warnings);
                print_lines(errors.mistakes.iter().map(ToString::to_string));
            }
        }
    }
    if valid {
        Ok(())
    } else {
        Err(CommandError::reported(Exit::Usage))
    }
}

/// Returns a warning if the address for administrators cannot be used now. It is no mistake: the
/// server of the file may be running, or run on another machine.
fn unusable_addresses(file: &Path, config: &Config) -> Vec<ConfigMessage> {
    let Some(address) = &config.records.admin_listen else {
        return Vec::new();
    };
    let Err(error) = TcpListener::bind(address) else {
        return Vec::new();
    };
    let reason = match error.kind() {
        io::ErrorKind::AddrInUse => "by another program, or by a running server with this file",
        _ => "on this machine",
    };
    let text = format!("cannot listen on {address} {reason}: {error}");
    let file = file.display().to_string();
    vec![ConfigMessage::new(file, None, "records.admin_listen", text)]
}

/// Prints the mistakes of a file to standard error.
pub(crate) fn print_lines(lines: impl Iterator<Item = String>) {
    let mut out = io::stderr().lock();
    for line in lines {
        // The reader may have closed the pipe; the exit status tells the rest.
        let _ = writeln!(out, "{}", sanitized(&line).replace('\n', " "));
    }
}

fn print_warnings(warnings: &[ConfigMessage]) {
    print_lines(warnings.iter().map(warning));
}

/// Shows a warning: the place of the message, the word, and the rest.
fn warning(message: &ConfigMessage) -> String {
    let mut message = message.clone();
    message.text = format!("warning: {}", message.text);
    message.to_string()
}

/// Counts the content of a file: `orouter.toml: 2 providers, 3 models, 4 endpoints, 1 key`.
fn summary(file: &Path, config: &Config) -> String {
    let endpoints = config.models.iter().map(|model| model.endpoints.len());
    let counts = [
        (config.providers.len(), "provider"),
        (config.models.len(), "model"),
        (endpoints.sum(), "endpoint"),
        (config.keys.len(), "key"),
    ];
    let mut parts: Vec<String> = counts
        .iter()
        .map(|(count, noun)| format!("{count} {noun}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    if !config.imported.is_empty() {
        parts.push(format!("{} in the catalog", config.imported.len()));
    }
    if config.uses_embedded_model() {
        parts.push("the embedded model".to_owned());
    }
    if let Some(store) = &config.store {
        let database = match sqlite_file::path(store) {
            Some(_) => "SQLite",
            None => "PostgreSQL",
        };
        parts.push(format!("accounts in {database}"));
    }
    format!("{}: {}", file.display(), parts.join(", "))
}
