//! [`HeaderOptions`]: request headers that ask for metadata or the response cache. Unknown values
//! are ignored, because clients send these headers to every server.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use axum::response::Response;

use orouter_protocols::Notes;

/// Headers that ask for `openrouter_metadata`: the current name and the older one.
const METADATA: [&str; 2] = [
    "x-openrouter-metadata",
    "x-openrouter-experimental-metadata",
];

/// The request header that asks for the response cache, and the response header with the result.
const CACHE: &str = "x-openrouter-cache";
const CACHE_STATUS: HeaderName = HeaderName::from_static("x-openrouter-cache-status");

/// The request header with features of Anthropic's API, separated by commas.
const ANTHROPIC_BETA: &str = "x-anthropic-beta";

/// The options that the headers of a request set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HeaderOptions {
    /// `X-OpenRouter-Metadata: enabled`.
    pub(super) metadata: bool,
    /// `X-OpenRouter-Cache: true`.
    cache: bool,
    /// `X-Anthropic-Beta`, all its values.
    pub(super) anthropic_beta: Option<Arc<str>>,
}

impl HeaderOptions {
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        // The older name counts only without the current one.
        let name = METADATA
            .into_iter()
            .find(|name| headers.contains_key(*name));
        Self {
            metadata: name.is_some_and(|name| is(headers, name, "enabled")),
            cache: is(headers, CACHE, "true"),
            anthropic_beta: joined(headers, ANTHROPIC_BETA),
        }
    }

    /// Adds headers without effect to `notes`: those of the cache, if the request asks for it, and
    /// unknown `X-OpenRouter` headers.
    pub(super) fn note(&self, headers: &HeaderMap, notes: &Notes) {
        for name in headers.keys() {
            let name = name.as_str();
            match name.strip_prefix("x-openrouter-") {
                Some("metadata" | "experimental-metadata" | "title" | "categories") | None => {}
                Some("cache" | "cache-ttl" | "cache-clear") => {
                    if self.cache {
                        notes.ignored(name, "this server has no response cache");
                    }
                }
                Some(_) => notes.ignored(name, "unknown header"),
            }
        }
    }

    /// Adds the response headers. Nothing is cached, so that each request is a cache miss.
    pub(super) fn add_headers(&self, response: &mut Response) {
        if self.cache {
            response
                .headers_mut()
                .insert(CACHE_STATUS, HeaderValue::from_static("MISS"));
        }
    }
}

/// Returns the values of a header, joined by commas. `None` if it has none that is text.
fn joined(headers: &HeaderMap, name: &str) -> Option<Arc<str>> {
    let values = headers.get_all(name).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let values: Vec<&str> = values
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .collect();
    (!values.is_empty()).then(|| values.join(",").into())
}

/// Returns `true` if the header has this value, ignoring ASCII case and surrounding white space.
fn is(headers: &HeaderMap, name: &str, value: &str) -> bool {
    headers.get(name).is_some_and(|given| {
        given
            .as_bytes()
            .trim_ascii()
            .eq_ignore_ascii_case(value.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(headers: &[(&'static str, &'static str)]) -> HeaderOptions {
        let pairs = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        HeaderOptions::from_headers(&pairs.collect())
    }

    #[test]
    fn metadata_needs_the_value_enabled() {
        const NEW: &str = "x-openrouter-metadata";
        const OLD: &str = "x-openrouter-experimental-metadata";
        for (headers, metadata) in [
            (&[(NEW, "enabled")][..], true),
            (&[(NEW, "Enabled")], true),
            (&[(OLD, "ENABLED")], true),
            (&[(NEW, "disabled"), (OLD, "enabled")], false),
            (&[(NEW, "enabled"), (OLD, "disabled")], true),
            (&[(NEW, "true")], false),
            (&[(NEW, "")], false),
            (&[(OLD, "1")], false),
            (&[], false),
        ] {
            assert_eq!(options(headers).metadata, metadata, "{headers:?}");
        }
    }

    #[test]
    fn headers_without_effect_are_noted() {
        for (headers, noted) in [
            (
                &[
                    ("x-openrouter-cache", "true"),
                    ("x-openrouter-cache-ttl", "60"),
                ][..],
                2,
            ),
            (
                &[
                    ("x-openrouter-cache", "false"),
                    ("x-openrouter-cache-ttl", "60"),
                ],
                0,
            ),
            (
                &[("x-openrouter-debug", "true"), ("x-openrouter-title", "t")],
                1,
            ),
            (
                &[
                    ("x-openrouter-metadata", "enabled"),
                    ("x-title", "t"),
                    ("accept", "*/*"),
                ],
                0,
            ),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    let value = HeaderValue::from_static(value);
                    (HeaderName::from_static(name), value)
                })
                .collect();
            let notes = Notes::default();
            HeaderOptions::from_headers(&map).note(&map, &notes);
            assert_eq!(notes.list().len(), noted, "{headers:?}");
        }
    }

    #[test]
    fn the_cache_needs_the_value_true() {
        for (value, cache) in [
            ("true", true),
            ("TRUE", true),
            ("1", false),
            ("false", false),
        ] {
            assert_eq!(options(&[("x-openrouter-cache", value)]).cache, cache);
        }
        assert!(!options(&[("x-openrouter-cache-clear", "true")]).cache);
    }
}
