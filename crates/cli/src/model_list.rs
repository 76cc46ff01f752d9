//! Fetches all pages of a server's list of models.

use orouter::models::{ModelList, PageLinks};
use orouter::{OpenRouter, RequestOptions};

use crate::exit::CommandError;

/// Maximum number of pages of a list.
const MAX_PAGES: usize = 200;

/// Maximum number of models of a list, as a configuration accepts them.
const MAX_MODELS: usize = 100_000;

/// Fetches all pages. `server` names the server in messages, and `options` apply to each request.
pub(crate) async fn fetch(
    client: &OpenRouter,
    server: &str,
    options: &RequestOptions,
) -> Result<ModelList, CommandError> {
    let page = |options| client.models().list().options(options);
    let mut list = page(options.clone())
        .await
        .map_err(|error| CommandError::from(&error))?;
    let mut next = next_page(list.links.take());
    for _ in 1..MAX_PAGES {
        let Some(query) = next.take() else {
            return Ok(list);
        };
        let options = query.iter().fold(options.clone(), |options, pair| {
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
            "the list of {server} has more than {MAX_MODELS} models or {MAX_PAGES} pages"
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
