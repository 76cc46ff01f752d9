//! `orouter man`: manual pages.

use std::path::PathBuf;

use clap::{Args, Command};

use crate::exit::CommandError;
use crate::terminal::Stdout;
use crate::values::file;

#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ManArgs {
    /// Directory for the pages of all commands; without it, orouter(1) is printed
    #[arg(value_name = "DIRECTORY", value_parser = file)]
    directory: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Read:     orouter man | man -l -
Install:  orouter man ~/.local/share/man/man1";

/// Prints a page or writes all pages. `command` is the definition of the whole command.
pub(crate) fn run(args: &ManArgs, command: Command) -> Result<(), CommandError> {
    let Some(directory) = &args.directory else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(CommandError::failed)?;
        return Stdout::new().text(&String::from_utf8_lossy(&page));
    };
    // Pages are public, unlike the files of the configuration.
    std::fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(command, directory))
        .map_err(|error| {
            CommandError::failed(format!("cannot write to {}: {error}", directory.display()))
        })
}
