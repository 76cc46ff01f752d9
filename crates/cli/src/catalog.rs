//! `orouter catalog import`: fetches a list of models and writes it to a file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use orouter::models::{Model, ModelList, PageLinks};
use orouter::{OpenRouter, RequestOptions};

use crate::args::ImportArgs;
use crate::exit::CommandError;
use crate::terminal::{Stdout, sanitized};

/// Maximum number of pages of a list.
const MAX_PAGES: usize = 200;

/// Maximum number of models of a list, as a configuration accepts them.
const MAX_MODELS: usize = 100_000;

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
    let page = |options| client.models().list().options(options);
    let mut list = page(RequestOptions::new())
        .await
        .map_err(|error| CommandError::from(&error))?;
    let mut next = next_page(list.links.take());
    for _ in 1..MAX_PAGES {
        let Some(query) = next.take() else {
            return Ok(list);
        };
        let options = query.iter().fold(RequestOptions::new(), |options, pair| {
            options.query(&pair.0, &pair.1)
        });
        let mut more = page(options)
            .await
            .map_err(|error| CommandError::from(&error))?;
        let following = next_page(more.links.take());
        let known = list.data.len();
        list.data.append(&mut more.data);
        // A server that ignores the query sends the first page again.
        if list.data.get(known).map(|model| &model.id) == list.data.first().map(|model| &model.id) {
            list.data.truncate(known);
            return Ok(list);
        }
        if list.data.len() > MAX_MODELS {
            break;
        }
        next = following.filter(|following| *following != query);
    }
    match next {
        None => Ok(list),
        Some(_) => Err(CommandError::failed(format!(
            "the list of {base_url} has more than {MAX_MODELS} models or {MAX_PAGES} pages"
        ))),
    }
}

/// Returns the query of the next page.
fn next_page(links: Option<PageLinks>) -> Option<Vec<(String, String)>> {
    let next = links?.next?;
    let (_, query) = next.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let pairs: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, value)| matches!(*name, "offset" | "limit") && number(value))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    pairs
        .iter()
        .any(|(name, _)| name == "offset")
        .then_some(pairs)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_named_by_numbers() {
        let next = |text: &str| {
            let mut links = PageLinks::default();
            links.next = Some(text.to_owned());
            next_page(Some(links))
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            next("/api/v1/models?offset=500&limit=500&x=y"),
            Some(vec![pair("offset", "500"), pair("limit", "500")])
        );
        for text in [
            "",
            "/models",
            "/models?limit=5",
            "/models?offset=x",
            "?offset=",
        ] {
            assert_eq!(next(text), None, "{text}");
        }
        assert_eq!(next_page(None), None);
    }
}
