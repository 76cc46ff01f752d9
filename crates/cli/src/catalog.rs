//! `orouter catalog import`: fetches a list of models and writes it to a file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use orouter::models::{Model, ModelList};
use orouter::{OpenRouter, RequestOptions};

use crate::exit::CommandError;
use crate::model_list;
use crate::server_url::HOSTED;
use crate::terminal::{Stdout, sanitized};
use crate::values::file;

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
        default_value = HOSTED
    )]
    pub(crate) base_url: String,
}

/// Fetches all pages of the list, and replaces the file when they are complete.
pub(crate) async fn import(args: ImportArgs) -> Result<(), CommandError> {
    let models = fetch(&args.base_url).await?;
    if models.data.is_empty() {
        return Err(CommandError::failed(format!(
            "the list of {} is empty; {} is not changed",
            args.base_url,
            args.output.display()
        )));
    }
    let mut text = orouter::to_string(&models);
    text.push('\n');
    replace(&args.output, text.as_bytes()).map_err(|error| {
        CommandError::failed(format!("cannot write {}: {error}", args.output.display()))
    })?;
    let priced = models.data.iter().filter(|model| is_priced(model)).count();
    let line = format!(
        "{}: {} models, {priced} with prices",
        args.output.display(),
        models.data.len()
    );
    Stdout::new().line(&sanitized(&line))
}

async fn fetch(base_url: &str) -> Result<ModelList, CommandError> {
    let client = OpenRouter::builder()
        .without_api_key()
        .server_url(base_url)
        .build()
        .map_err(
            |error| match error.to_string().strip_prefix("server_url ") {
                Some(reason) => CommandError::usage(format!("--base-url {reason}")),
                None => CommandError::from(&error),
            },
        )?;
    model_list::fetch(&client, base_url, &RequestOptions::new()).await
}

/// Returns `true` if both main prices are known: the hosted service sends -1 for others.
fn is_priced(model: &Model) -> bool {
    [&model.pricing.prompt, &model.pricing.completion]
        .into_iter()
        .all(|price| price.parse::<f64>().is_ok_and(|price| price >= 0.0))
}

/// Replaces a file in one step: a reader sees the old or the new content.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let temporary = temporary(path);
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let replaced = written.and_then(|()| fs::rename(&temporary, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    replaced
}

/// Returns the path of a file next to another one.
fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}
