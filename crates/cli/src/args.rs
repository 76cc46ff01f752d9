//! The commands and options of `orouter`, with their help.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::http_args::HttpArgs;
use crate::limit_args::LimitArgs;
use crate::log_args::LogArgs;
use crate::terminal;

/// Client and server for OpenRouter's Responses API, with a small embedded model
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
  OPENROUTER_API_KEY   API key for the server
  OPENROUTER_BASE_URL  URL of the server, such as http://127.0.0.1:8080/api/v1
  OROUTER_CONFIG       configuration file of `serve` and `check`
  OROUTER_MODEL_PATH   GGUF file of the embedded model; without it, the model is downloaded once
  NO_COLOR             print without colours

Exit status:
  0    a complete response, or a server stopped by a signal
  1    the request failed: refused, unreachable, or disconnected
  2    unusable arguments or input; nothing was sent
  3    the response is incomplete: a limit or a filter ended it
  4    the embedded model cannot be downloaded or loaded
  130  interrupted by Ctrl-C; `serve` finishes running responses and exits with 0, and a second
       Ctrl-C or SIGTERM ends it at once with 130 or 143
  141  the output pipe was closed";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send one prompt and stream the response to standard output
    Send(SendArgs),
    /// Have a conversation with a model
    ///
    /// Each request carries the earlier turns. Ctrl-C stops a response and keeps the text so far;
    /// /new starts a new conversation; Ctrl-D or /quit leaves. In piped input each line is a turn,
    /// and the exit status is that of the last failed turn.
    Chat(ChatArgs),
    /// Serve POST /responses (under /api/v1 and /v1)
    ///
    /// With --config, the server offers the models of the file. Without it, it offers the embedded
    /// model, and a provider for each of these variables that is set: OPENAI_API_KEY,
    /// ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY and OLLAMA_HOST. SIGHUP reloads the
    /// file.
    Serve(ServeArgs),
    /// Check configuration files, and print every mistake with line and column
    Check(CheckArgs),
    /// Fetch the catalog of models and prices for a configuration file
    Catalog(CatalogArgs),
    /// List the models of a server, or download the embedded model
    Models(ModelsArgs),
}

/// Choice of the server.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServerArgs {
    /// URL of the server, such as http://127.0.0.1:8080/api/v1
    #[arg(long, value_name = "URL", conflicts_with_all = ["local", "model_path"])]
    pub(crate) base_url: Option<String>,
    /// Use the embedded model; ignores OPENROUTER_API_KEY and OPENROUTER_BASE_URL
    #[arg(long)]
    pub(crate) local: bool,
    /// GGUF file of the embedded model; implies --local
    #[arg(long, value_name = "FILE")]
    pub(crate) model_path: Option<PathBuf>,
}

/// Parameters of a request.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RequestArgs {
    /// Name of the model [default: the embedded model, or the default of the server]
    #[arg(short, long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Instructions for the whole conversation (a system message)
    #[arg(long, value_name = "TEXT")]
    pub(crate) instructions: Option<String>,
    /// Sampling temperature, from 0 (always the likeliest token) to 2
    #[arg(long, value_name = "NUMBER", value_parser = finite)]
    pub(crate) temperature: Option<f64>,
    /// Maximum number of output tokens
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_output_tokens: Option<u32>,
    /// Seed: the same request and seed give the same text, if the server supports it; the embedded
    /// model does
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// Print token counts and cost to standard error
    #[arg(long)]
    pub(crate) usage: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SendArgs {
    /// The prompt; text that is piped to standard input is appended to it. Without a prompt, or with
    /// `-`, standard input is the prompt
    pub(crate) prompt: Option<String>,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// File with a JSON schema for the output
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Print the response object as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the text only when the response is complete
    #[arg(long)]
    pub(crate) no_stream: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ChatArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Configuration file; options and variables override it
    #[arg(short, long, value_name = "FILE", env = "OROUTER_CONFIG", hide_env_values = true, value_parser = file)]
    pub(crate) config: Option<PathBuf>,
    /// Address to listen on, as HOST:PORT; port 0 selects a free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", env = "OROUTER_LISTEN", hide_env_values = true, value_parser = address)]
    pub(crate) listen: Option<String>,
    /// GGUF file of the embedded model
    #[arg(long, value_name = "FILE")]
    pub(crate) model_path: Option<PathBuf>,
    /// Maximum number of responses that the model generates at the same time [default: 4]
    #[arg(long, value_name = "N", env = "OROUTER_PARALLEL", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) parallel: Option<u16>,
    /// Maximum number of requests that wait for the model; others are refused with 503 [default: 32]
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
pub(crate) struct CheckArgs {
    /// Configuration files
    #[arg(required = true, value_name = "FILE", env = "OROUTER_CONFIG", hide_env_values = true, value_parser = file)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CatalogArgs {
    #[command(subcommand)]
    pub(crate) command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Fetch the list of models of the hosted service, and write it to a file
    ///
    /// The member `catalog` of a configuration file names it. No key is needed. If the list cannot
    /// be fetched, the file keeps its content.
    Import(ImportArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    /// File to write
    #[arg(short, long, value_name = "FILE", default_value = "models.json", value_parser = file)]
    pub(crate) output: PathBuf,
    /// URL of the server with the list
    #[arg(
        long,
        value_name = "URL",
        default_value = "https://openrouter.ai/api/v1"
    )]
    pub(crate) base_url: String,
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
    /// Download the embedded model (98 MB) unless it is in the cache, and print its path
    Pull,
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

/// Parses a number that JSON can represent.
fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("must be a finite number".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Parses the path of a file.
fn file(text: &str) -> Result<PathBuf, String> {
    if text.trim().is_empty() {
        return Err("must be the path of a file".to_owned());
    }
    Ok(PathBuf::from(text))
}

/// Checks that the text is a host and a port.
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
