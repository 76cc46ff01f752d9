//! `orouter models`: lists the models of a server. `orouter models pull`: downloads the embedded one.

use orouter::models::Model;

use crate::args::{ModelsArgs, ModelsCommand};
use crate::connection::Connection;
use crate::embedded;
use crate::exit::CommandError;
use crate::terminal::{Stdout, sanitized};

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
    let connection = Connection::open_catalog(&args.server).await?;
    let models = connection
        .client
        .models()
        .list()
        .await
        .map_err(|e| CommandError::from(&e))?;
    let mut out = Stdout::new();
    if args.json {
        return out.json(&orouter::to_string(&models));
    }
    let width = models
        .data
        .iter()
        .map(|model| model.id.chars().count())
        .max()
        .unwrap_or(0);
    for model in &models {
        out.line(&format_model(model, width))?;
    }
    Ok(())
}

/// Formats a model as one line. The id comes first, so that other programs can cut it off.
fn format_model(model: &Model, width: usize) -> String {
    let context = model
        .context_length
        .map(|tokens| tokens.to_string())
        .unwrap_or_default();
    let line = format!("{:width$}  {context:>8}  {}", model.id, model.name);
    sanitized(&line).replace('\n', " ")
}
