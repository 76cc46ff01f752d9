//! `orouter check`: reports every mistake in configuration files.

use std::io::{self, Write as _};
use std::path::Path;

use orouter_server::config::{Config, ConfigMessage};

use crate::args::CheckArgs;
use crate::exit::{CommandError, Exit};
use crate::terminal::{Stdout, sanitized};

/// Checks the files. The exit status is 2 if one of them has a mistake.
pub(crate) fn run(args: &CheckArgs) -> Result<(), CommandError> {
    let mut out = Stdout::new();
    let mut valid = true;
    for file in &args.files {
        match Config::load(file) {
            Ok(config) => {
                print_warnings(&config.warnings);
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
    format!("{}: {}", file.display(), parts.join(", "))
}
