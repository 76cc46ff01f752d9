//! `orouter models`: what can be asked, and the embedded model fetched ahead of time.

use orouter::models::Model;

use crate::answer;
use crate::args::{ModelsArgs, ModelsCommand};
use crate::connection::Connection;
use crate::embedded;
use crate::exit::Failure;
use crate::terminal::{Answer, harmless};

pub(crate) async fn run(args: ModelsArgs) -> Result<(), Failure> {
    match args.command {
        Some(ModelsCommand::Pull) => pull().await,
        None => list(args).await,
    }
}

async fn pull() -> Result<(), Failure> {
    let path = embedded::file(None).await?;
    Answer::new().line(&path.display().to_string())
}

async fn list(args: ModelsArgs) -> Result<(), Failure> {
    let connection = Connection::open_catalogue(&args.server).await?;
    let models = connection
        .client
        .models()
        .list()
        .await
        .map_err(|e| answer::failure(&e))?;
    let mut out = Answer::new();
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
        out.line(&line(model, width))?;
    }
    Ok(())
}

/// A model on one line: what to ask for first, so that other programs can cut it off.
fn line(model: &Model, width: usize) -> String {
    let context = model
        .context_length
        .map(|tokens| tokens.to_string())
        .unwrap_or_default();
    let line = format!("{:width$}  {context:>8}  {}", model.id, model.name);
    harmless(&line).replace('\n', " ")
}
