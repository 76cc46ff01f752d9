//! What can be typed after `orouter`. Meaning and help live here; doing lives in each command's
//! own file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::limit_args::{LimitArgs, LogArgs};
use crate::terminal;

use crate::http_args::HttpArgs;

/// Ask a language model, here or through OpenRouter's Responses API; or serve that API.
#[derive(Debug, Parser)]
#[command(name = "orouter", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Where requests go:
  --base-url or OPENROUTER_BASE_URL names the server. With only OPENROUTER_API_KEY set, requests go
  to the hosted service. With neither, the command runs a server with a small embedded model on a
  loopback port: it needs no key and no account, and no network once the model is downloaded.
  The key is read only from OPENROUTER_API_KEY, because other users can see arguments.

Environment:
  OPENROUTER_API_KEY   the key for the server
  OPENROUTER_BASE_URL  the server, such as http://127.0.0.1:8080/api/v1
  OROUTER_MODEL_PATH   the embedded model's GGUF file, used where it is
  NO_COLOR             no colours, whatever the terminal can do

Exit status:
  0    a complete response, or a server stopped by a signal
  1    the request failed: refused, unreachable, or cut off
  2    unusable arguments or input; nothing was sent
  3    the response is incomplete: a limit or a filter ended it
  4    the embedded model cannot be fetched or loaded
  130  interrupted by Ctrl-C; `serve` finishes running responses and exits with 0, and a second
       Ctrl-C or SIGTERM ends it at once with 130 or 143
  141  the output pipe was closed";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send one prompt and stream the response to standard output
    Send(SendArgs),
    /// Talk with a model: the conversation so far goes with each turn
    ///
    /// Ctrl-C stops an answer in the making and keeps what was said; Ctrl-D or /quit leaves;
    /// /new forgets the conversation. From a pipe every line is a turn, and the exit status is that
    /// of the last turn that failed.
    Chat(ChatArgs),
    /// Serve POST /responses (under /api/v1 and /v1) with the embedded model
    Serve(ServeArgs),
    /// List the server's models, or fetch the embedded one
    Models(ModelsArgs),
}

/// Who answers.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServerArgs {
    /// The server to ask, such as http://127.0.0.1:8080/api/v1
    #[arg(long, value_name = "URL", conflicts_with_all = ["local", "model_path"])]
    pub(crate) base_url: Option<String>,
    /// Use the embedded model, whatever the environment says
    #[arg(long)]
    pub(crate) local: bool,
    /// The embedded model's GGUF file; implies --local
    #[arg(long, value_name = "FILE")]
    pub(crate) model_path: Option<PathBuf>,
}

/// How the model should answer.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct AnswerArgs {
    /// The model; default: the embedded one, or the server's own default
    #[arg(short, long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// What the model should know before the prompt (a system message)
    #[arg(long, value_name = "TEXT")]
    pub(crate) instructions: Option<String>,
    /// Randomness: 0 for the likeliest words, up to 2
    #[arg(long, value_name = "NUMBER", value_parser = finite)]
    pub(crate) temperature: Option<f64>,
    /// The longest answer, in tokens
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_output_tokens: Option<u32>,
    /// The same number gives the same answer, where the server can (the embedded model does)
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// Print tokens and cost to standard error
    #[arg(long)]
    pub(crate) usage: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SendArgs {
    /// The prompt. Text from a pipe or a file on standard input is appended to it; `-`, or no
    /// prompt, sends standard input alone
    pub(crate) prompt: Option<String>,
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// A file with a JSON schema that the answer must follow
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Print the whole response as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the answer once it is whole
    #[arg(long)]
    pub(crate) no_stream: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ChatArgs {
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Where to listen, as HOST:PORT; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", env = "OROUTER_LISTEN", hide_env_values = true, default_value = "127.0.0.1:8080", value_parser = address)]
    pub(crate) listen: String,
    /// The embedded model's GGUF file
    #[arg(long, value_name = "FILE")]
    pub(crate) model_path: Option<PathBuf>,
    /// Answers made at the same time
    #[arg(long, value_name = "N", env = "OROUTER_PARALLEL", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) parallel: Option<u16>,
    /// Requests that may wait for their turn; more are answered 503
    #[arg(long, value_name = "N", env = "OROUTER_QUEUE", hide_env_values = true)]
    pub(crate) queue: Option<u16>,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) log: LogArgs,
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ModelsCommand>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Print the list as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Fetch the embedded model (98 MB) unless it is here already, and print where it is
    Pull,
}

/// Names the variable that an unusable value comes from, on standard error: clap's message names
/// the option even if it was not given.
pub(crate) fn explain(error: &clap::Error) {
    if let Some(variable) = variable_at_fault(error, std::env::args_os()) {
        terminal::complain(&format!("the value is that of the variable {variable}"));
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

/// A number that JSON can carry.
fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("must be a finite number".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A host, by name or number, and a port.
fn address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("must be a host and a port, as in 127.0.0.1:8080 or localhost:0".to_owned()),
    }
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
        assert_eq!(send.prompt.as_deref(), Some("-"));
        assert!(send.json);
    }

    #[test]
    fn numbers_that_json_cannot_carry_are_refused() {
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
    fn a_server_elsewhere_excludes_the_embedded_model() {
        assert!(parse("orouter chat --base-url http://127.0.0.1:1 --local").is_err());
        assert!(parse("orouter chat --base-url http://127.0.0.1:1 --model-path x").is_err());
        assert!(parse("orouter models pull").is_ok());
        assert!(parse("orouter models --json").is_ok());
    }

    #[test]
    fn serve_listens_on_loopback_unless_told() {
        let Command::Serve(serve) = parse("orouter serve").unwrap().command else {
            panic!("not serve");
        };
        assert_eq!(serve.listen, "127.0.0.1:8080");
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
