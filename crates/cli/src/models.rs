//! `orouter models`: lists models. `orouter models pull`: downloads the embedded one.

use std::time::Duration;

use clap::{Args, Subcommand};
use orouter::models::{Model, ModelList};
use orouter::{RequestOptions, Timeouts};

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::exit::CommandError;
use crate::server_url::HOSTED;
use crate::target::{Key, ServerArgs, Sources};
use crate::terminal::{Stdout, print_notice, sanitized};
use crate::user_config::UserConfig;
use crate::{embedded, model_list};

/// Maximum time for the list of the hosted service if the user did not choose it.
const HOSTED_TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ModelsCommand>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// List only models whose id or name contains each word of the text, in upper or lower case
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Print the list as one line of JSON, with all members that the server sent
    #[arg(long)]
    pub(crate) json: bool,
}

const AFTER_HELP: &str = "\
The list is that of the server that --base-url, OPENROUTER_BASE_URL or the configuration file names.
Without a server, it contains the embedded model and the models of the hosted service, which needs
no key for it. --local lists the embedded model only, without a network.

Columns: id, context in tokens, price of a million input tokens, price of a million output tokens
(US dollars; empty if unknown), name.";

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Download the embedded model (98 MB) unless it is in the cache, and print its path
    Pull,
}

pub(crate) async fn run(args: ModelsArgs) -> Result<(), CommandError> {
    match args.command {
        Some(ModelsCommand::Pull) => pull().await,
        None => list(args).await,
    }
}

async fn pull() -> Result<(), CommandError> {
    let path = embedded::file(None).await?;
    Stdout::new().line(&path.display().to_string())
}

async fn list(args: ModelsArgs) -> Result<(), CommandError> {
    let (mut models, source) = Box::pin(fetch(&args.server)).await?;
    if let Some(filter) = &args.filter {
        models.data.retain(|model| matches(model, filter));
    }
    if models.data.is_empty() {
        let text = match &args.filter {
            Some(filter) => format!("no model of {source} contains {filter:?} in its id or name"),
            None => format!("the list of {source} is empty"),
        };
        return Err(CommandError::failed(text));
    }
    if models.total_count > 0 {
        models.total_count = models.data.len() as u64;
    }
    let mut out = Stdout::new();
    if args.json {
        return out.json(&orouter::to_string(&models));
    }
    let width = models.data.iter().map(|model| model.id.chars().count());
    let width = width.max().unwrap_or(0);
    if out.is_terminal() {
        out.line(&line(
            width,
            ["MODEL", "CONTEXT", "IN $/M", "OUT $/M", "NAME"],
        ))?;
    }
    for model in &models {
        out.line(&format_model(model, width))?;
    }
    Ok(())
}

/// Returns the list, and the name of its source for messages.
async fn fetch(args: &ServerArgs) -> Result<(ModelList, String), CommandError> {
    let config = UserConfig::load()?;
    let default = RequestOptions::new();
    if args.choose_embedded() {
        let embedded = Connection::open_catalog().await?;
        let list = model_list::fetch(&embedded.client, embedded::MODEL, &default).await?;
        return Ok((list, "the embedded server".to_owned()));
    }
    let sources = Sources::read(args.base_url.as_deref(), &config)?;
    let key = sources.key(|url| Ok(Credentials::load()?.key(url).cloned()))?;
    let keyless = key == Key::None;
    let remote = Connection::remote(sources.base_url.clone(), key).await?;
    if let Some(url) = sources.base_url {
        let list = model_list::fetch(&remote.client, &url, &default).await?;
        return Ok((list, url));
    }
    // The models that `send` and `chat` accept without a server: both kinds.
    let embedded = Connection::open_catalog().await?;
    let mut list = model_list::fetch(&embedded.client, embedded::MODEL, &default).await?;
    let options = if keyless {
        default
            .timeouts(Timeouts::default().total(HOSTED_TIMEOUT))
            .max_attempts(1)
    } else {
        default
    };
    match model_list::fetch(&remote.client, HOSTED, &options).await {
        Ok(mut hosted) => {
            list.data.append(&mut hosted.data);
            Ok((list, format!("{HOSTED} and the embedded server")))
        }
        Err(error) if keyless => {
            print_notice(&format!(
                "orouter: the list has the embedded model only: {}",
                sanitized(&error.message)
            ));
            Ok((list, "the embedded server".to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// Returns `true` if the id or the name contains each word of the filter.
fn matches(model: &Model, filter: &str) -> bool {
    let text = format!("{}\n{}", model.id, model.name).to_lowercase();
    let filter = filter.to_lowercase();
    filter.split_whitespace().all(|word| text.contains(word))
}

/// Formats a model as one line. The id comes first, so that other programs can cut it off.
fn format_model(model: &Model, width: usize) -> String {
    let context = model.context_length.map(|tokens| tokens.to_string());
    let columns = [
        &model.id,
        &context.unwrap_or_default(),
        &per_million(&model.pricing.prompt),
        &per_million(&model.pricing.completion),
        &model.name,
    ];
    sanitized(&line(width, columns.map(String::as_str))).replace('\n', " ")
}

fn line(width: usize, [id, context, input, output, name]: [&str; 5]) -> String {
    format!("{id:width$}  {context:>8}  {input:>8}  {output:>8}  {name}")
}

/// Converts a price per token, as decimal text, to dollars per million tokens. The hosted service
/// sends -1 for a price that depends on the model that it chooses.
fn per_million(price: &str) -> String {
    match price.parse::<f64>() {
        Ok(price) if price < 0.0 => "varies".to_owned(),
        Ok(price) if price.is_finite() => {
            let text = format!("{:.4}", price * 1e6);
            // Two decimals at least.
            let short = text.trim_end_matches('0');
            let decimals = short
                .split_once('.')
                .map_or(0, |(_, decimals)| decimals.len());
            format!("{short}{}", "0".repeat(2_usize.saturating_sub(decimals)))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_per_million_tokens() {
        for (price, expected) in [
            ("0.0000025", "2.50"),
            ("0.00000015", "0.15"),
            ("0.000000075", "0.075"),
            ("0.00000003", "0.03"),
            ("0.00006", "60.00"),
            ("0.00015", "150.00"),
            ("0.0000000005", "0.0005"),
            ("0", "0.00"),
            ("-1", "varies"),
            ("", ""),
            ("free", ""),
            ("NaN", ""),
        ] {
            assert_eq!(per_million(price), expected, "{price}");
        }
    }

    #[test]
    fn each_word_of_a_filter_must_occur() {
        let mut model = Model::default();
        model.id = "anthropic/claude-sonnet-4".to_owned();
        model.name = "Anthropic: Claude Sonnet 4".to_owned();
        for filter in ["", "claude", "SONNET", "sonnet anthropic/", "claude sonnet"] {
            assert!(matches(&model, filter), "{filter}");
        }
        for filter in ["opus", "claude opus", "anthropicclaude"] {
            assert!(!matches(&model, filter), "{filter}");
        }
    }
}
