//! `orouter completions`: completion scripts of shells.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::CommandError;
use crate::terminal::Stdout;

#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CompletionsArgs {
    /// Shell that runs the script
    #[arg(value_enum)]
    shell: Shell,
}

const AFTER_HELP: &str = "\
Install:
  bash        orouter completions bash > ~/.local/share/bash-completion/completions/orouter
  zsh         orouter completions zsh > DIRECTORY/_orouter, in a directory of $fpath before compinit
  fish        orouter completions fish > ~/.config/fish/completions/orouter.fish
  powershell  orouter completions powershell | Out-String | Invoke-Expression, in $PROFILE
  elvish      eval (orouter completions elvish | slurp), in rc.elv";

/// Prints the script. `command` is the definition of the whole command.
pub(crate) fn run(args: &CompletionsArgs, mut command: Command) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "orouter", &mut script);
    Stdout::new().text(&String::from_utf8_lossy(&script))
}
