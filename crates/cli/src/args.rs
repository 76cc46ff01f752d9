//! The commands of `orouter`, with their help. The options of a command are in its own file.

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::accounts::AccountsArgs;
use crate::catalog::CatalogArgs;
use crate::chat::ChatArgs;
use crate::check::CheckArgs;
use crate::completions::CompletionsArgs;
use crate::config::ConfigArgs;
use crate::credits::CreditsArgs;
use crate::init::InitArgs;
use crate::keys::KeysArgs;
use crate::login::{LoginArgs, LogoutArgs};
use crate::man::ManArgs;
use crate::models::ModelsArgs;
use crate::records::RecordsArgs;
use crate::send::SendArgs;
use crate::serve_args::ServeArgs;
use crate::terminal;

/// Client and server for OpenRouter's Responses API, with a small embedded model
#[derive(Debug, Parser)]
#[command(name = "orouter", version = version(), after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Returns the version, with the commit if it is known: `0.1.0 (a1b2c3d4e)`.
fn version() -> &'static str {
    const SHORT: usize = 9;
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let version = env!("CARGO_PKG_VERSION");
        match orouter_server::COMMIT {
            Some(commit) => format!("{version} ({})", commit.get(..SHORT).unwrap_or(commit)),
            None => version.to_owned(),
        }
    });
    &VERSION
}

const AFTER_HELP: &str = "\
Where requests go:
  --base-url, OPENROUTER_BASE_URL or the configuration file names the server. With only an API key,
  requests go to the hosted service. With neither, the command runs a server with a small embedded
  model on a loopback port: it needs no key and no account, and no network once the model is
  downloaded. The key is that of OPENROUTER_API_KEY, or of `orouter login`; no option takes it,
  because other users can see arguments.

Settings:
  An option overrides a variable, a variable overrides the configuration file (`orouter config`).

Environment:
  OPENROUTER_API_KEY   API key for the server
  OPENROUTER_BASE_URL  URL of the server, such as http://127.0.0.1:8080/api/v1
  OROUTER_MODEL        name or alias of the model
  OROUTER_CONFIG_DIR   directory of config.toml and the stored keys [default: ~/.config/orouter]
  OROUTER_DATA_DIR     directory of the files of `chat` [default: ~/.local/share/orouter]
  OROUTER_HISTORY      false: `chat` keeps no files
  OROUTER_CONFIG       configuration file of `serve`, `check`, `keys`, `credits`, `accounts` and
                       `records` [default: orouter.toml in the current folder]
  OROUTER_MODEL_PATH   GGUF file of the embedded model; without it, the model is downloaded once
  NO_COLOR             print without colours

Exit status:
  0    a complete response, or a server stopped by a signal
  1    the request failed: refused, unreachable, or disconnected; or nothing was found
  2    unusable arguments or input; nothing was sent
  3    the response is incomplete: a limit or a filter ended it
  4    the embedded model cannot be downloaded or loaded
  5    the output does not match the schema of `send --schema`
  130  interrupted by Ctrl-C; `serve` finishes running responses and exits with 0, and a second
       Ctrl-C or SIGTERM ends it at once with 130 or 143
  141  the output pipe was closed";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send one prompt and stream the response to standard output
    Send(SendArgs),
    /// Have a conversation with a model
    ///
    /// Each request carries the earlier turns. Ctrl-C stops a response and keeps the text that
    /// arrived; at the prompt it clears the line, and twice it leaves, as Ctrl-D does. What is typed
    /// while a response streams is in the next prompt. /help lists the commands: /model, /system,
    /// /file, /save, /clear, /exit.
    ///
    /// Conversations and typed lines are saved in files that only you can read, in OROUTER_DATA_DIR,
    /// or orouter in $XDG_DATA_HOME, ~/.local/share, ~/Library/Application Support or %LOCALAPPDATA%.
    ///
    /// Without a terminal, each line of standard input is a message or a command. A command that
    /// fails ends the conversation with 2; otherwise the exit status is that of the last message that
    /// failed.
    Chat(ChatArgs),
    /// Serve POST /responses and POST /chat/completions (under /api/v1 and /v1)
    ///
    /// With --config, or orouter.toml in the current folder, the server offers the models of the file.
    /// Without a file, it offers the embedded model, and a provider for each of these variables that is
    /// set: OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY and OLLAMA_HOST.
    /// SIGHUP reloads the file.
    Serve(ServeArgs),
    /// Create orouter.toml, a database for accounts, and the first management key
    ///
    /// The key is printed once, alone on standard output. Nothing that exists is changed. A run that
    /// failed can be repeated.
    Init(InitArgs),
    /// Check configuration files, and print every mistake with line and column
    Check(CheckArgs),
    /// Create, list, change and delete the API keys of a server
    Keys(KeysArgs),
    /// Show and add the prepaid credits of an account
    Credits(CreditsArgs),
    /// Create accounts beside the account `default`
    Accounts(AccountsArgs),
    /// Export the records of generations: tokens, cost, times
    Records(RecordsArgs),
    /// Fetch the catalog of models and prices for a configuration file
    Catalog(CatalogArgs),
    /// List models with their prices, or download the embedded model
    Models(ModelsArgs),
    /// Show and change the defaults of `send`, `chat` and `models`
    Config(ConfigArgs),
    /// Store the API key of a server, or print where it comes from
    ///
    /// The key is stored in a file that only you can read, and sent to that server only.
    Login(LoginArgs),
    /// Remove a stored API key
    Logout(LogoutArgs),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands to a directory
    Man(ManArgs),
}

/// Prints the name of the variable that holds an unusable value: the message of clap names only the
/// option.
pub(crate) fn print_variable_at_fault(error: &clap::Error) {
    if let Some(variable) = variable_at_fault(error, std::env::args_os()) {
        terminal::print_error(&format!("the value comes from the variable {variable}"));
    }
}

fn variable_at_fault(
    error: &clap::Error,
    given: impl IntoIterator<Item = OsString>,
) -> Option<String> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    // `--max-body <SIZE>`
    let option = argument.split_whitespace().next()?;
    let given = given.into_iter().any(|word| {
        let word = word.to_string_lossy();
        word.split('=').next() == Some(option)
    });
    let serve = Cli::command();
    let serve = serve.find_subcommand("serve")?;
    let argument = serve
        .get_arguments()
        .find(|argument| argument.get_long() == option.strip_prefix("--"))?;
    let variable = argument.get_env()?.to_string_lossy().into_owned();
    (!given && std::env::var_os(&variable).is_some()).then_some(variable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn dash_is_a_prompt() {
        let Command::Send(send) = parse("orouter send - --json").unwrap().command else {
            panic!("not send");
        };
        assert_eq!(send.prompt, ["-"]);
        assert!(send.json);
    }

    #[test]
    fn numbers_that_json_cannot_represent_are_refused() {
        for number in ["NaN", "inf", "-inf", "1e999", "warm"] {
            assert!(
                parse(&format!("orouter send hi --temperature={number}")).is_err(),
                "{number}"
            );
        }
        assert!(parse("orouter send hi --temperature 0.2").is_ok());
        assert!(parse("orouter send hi --max-output-tokens 0").is_err());
    }

    #[test]
    fn base_url_excludes_the_embedded_model() {
        assert!(parse("orouter chat --base-url http://127.0.0.1:1 --local").is_err());
        assert!(parse("orouter chat --base-url http://127.0.0.1:1 --model-path x").is_err());
        assert!(parse("orouter models pull").is_ok());
        assert!(parse("orouter models --json").is_ok());
    }

    #[test]
    fn addresses_to_listen_on_are_checked() {
        let Command::Serve(serve) = parse("orouter serve").unwrap().command else {
            panic!("not serve");
        };
        assert_eq!((serve.listen, serve.config), (None, None));
        for address in ["localhost:0", "[::1]:80", "0.0.0.0:65535"] {
            assert!(
                parse(&format!("orouter serve --listen {address}")).is_ok(),
                "{address}"
            );
        }
        for address in ["8080", ":8080", "localhost", "localhost:", "a:65536"] {
            assert!(
                parse(&format!("orouter serve --listen {address}")).is_err(),
                "{address}"
            );
        }
    }
}
