//! `orouter config`: shows and changes the user's configuration file.

use std::path::Path;
use std::process;

use clap::{Args, Subcommand};

use crate::exit::CommandError;
use crate::private_file;
use crate::terminal::{Stdout, print_notice, sanitized};
use crate::user_config::{Edit, KEYS, UserConfig};

#[derive(Args, Debug)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the path of the configuration file, which may not exist
    Path,
    /// Print the value of a key; the exit status is 1 if it is not set
    #[command(after_help = keys_help())]
    Get {
        /// Key, such as model or aliases.fast
        key: String,
    },
    /// Set a key, and keep the comments of the file
    #[command(after_help = keys_help())]
    Set {
        /// Key, such as model or aliases.fast
        key: String,
        /// Value: a text, a number, or true or false, as the key requires
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Remove a key
    #[command(after_help = keys_help())]
    Unset {
        /// Key, such as model or aliases.fast
        key: String,
    },
    /// Print all keys of the file with their values
    List,
    /// Open the file in the editor that VISUAL or EDITOR names, and check it afterwards
    Edit,
}

/// Describes the keys for `--help`.
fn keys_help() -> String {
    let mut help = "Keys:".to_owned();
    for (key, meaning) in KEYS {
        help.push_str(&format!("\n  {key:<18} {meaning}"));
    }
    help
}

pub(crate) fn run(args: &ConfigArgs) -> Result<(), CommandError> {
    let mut out = Stdout::new();
    match &args.command {
        ConfigCommand::Path => out.line(&UserConfig::default_path()?.display().to_string()),
        ConfigCommand::Get { key } => {
            let edit = Edit::open()?;
            match edit.get(key)? {
                Some(value) => out.line(&sanitized(&value)),
                None => Err(not_set(key, edit.path())),
            }
        }
        ConfigCommand::Set { key, value } => {
            let mut edit = Edit::open()?;
            edit.set(key, value)?;
            edit.save()
        }
        ConfigCommand::Unset { key } => {
            let mut edit = Edit::open()?;
            if !edit.unset(key)? {
                return Err(not_set(key, edit.path()));
            }
            edit.save()
        }
        ConfigCommand::List => {
            for line in Edit::open()?.lines() {
                out.line(&sanitized(&line))?;
            }
            Ok(())
        }
        ConfigCommand::Edit => edit(),
    }
}

fn not_set(key: &str, path: &Path) -> CommandError {
    CommandError::failed(format!("{key} is not set in {}", path.display()))
}

/// Runs the editor, then checks the file.
fn edit() -> Result<(), CommandError> {
    let path = UserConfig::default_path()?;
    if !path.exists() {
        private_file::replace(&path, template().as_bytes()).map_err(|error| {
            CommandError::failed(format!("cannot write {}: {error}", path.display()))
        })?;
    }
    let set = |name| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let default = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = set("VISUAL").or_else(|| set("EDITOR"));
    let editor = editor.unwrap_or_else(|| default.to_owned());
    // The variables may contain options: `code --wait`.
    let mut words = editor.split_whitespace();
    let status = process::Command::new(words.next().unwrap_or(default))
        .args(words)
        .arg(&path)
        .status()
        .map_err(|error| {
            CommandError::failed(format!(
                "cannot run the editor {editor:?}: {error}; set EDITOR to another one"
            ))
        })?;
    if !status.success() {
        return Err(CommandError::failed(format!(
            "the editor {editor:?} failed with {status}"
        )));
    }
    UserConfig::load()?;
    print_notice(&format!("{}: no mistakes", path.display()));
    Ok(())
}

/// A file with the description of each key.
fn template() -> String {
    let mut text = "# Defaults of `orouter send`, `chat` and `models`. Options and variables override them.\n#\n".to_owned();
    for (key, meaning) in KEYS {
        text.push_str(&format!("# {key:<18} {meaning}\n"));
    }
    text
}
