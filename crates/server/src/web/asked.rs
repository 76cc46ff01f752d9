//! Request headers that ask for something in the answer: metadata, and the response cache. A value
//! that means nothing is ignored, because clients send these headers to every server.

use http::{HeaderMap, HeaderName, HeaderValue};

use axum::response::Response;

use crate::notes::Notes;

/// Headers that ask for `openrouter_metadata`: the present name and the older one.
const METADATA: [&str; 2] = [
    "x-openrouter-metadata",
    "x-openrouter-experimental-metadata",
];

/// Header that asks for the response cache, and the header that answers it.
const CACHE: &str = "x-openrouter-cache";
const CACHE_STATUS: HeaderName = HeaderName::from_static("x-openrouter-cache-status");

/// The answer's additions that the headers of a request ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// `X-OpenRouter-Metadata: enabled`.
    pub(super) metadata: bool,
    /// `X-OpenRouter-Cache: true`.
    cache: bool,
}

impl Asked {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        // The older name counts where the present one is absent.
        let name = METADATA
            .into_iter()
            .find(|name| headers.contains_key(*name));
        Self {
            metadata: name.is_some_and(|name| is(headers, name, "enabled")),
            cache: is(headers, CACHE, "true"),
        }
    }

    /// Adds the headers without effect to `notes`: the cache's, where it is asked for, and those of
    /// the API's own that this server does not know.
    pub(super) fn note(self, headers: &HeaderMap, notes: &Notes) {
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

    /// Adds the headers that were asked for. Nothing is cached, so that each request misses.
    pub(super) fn answer(self, response: &mut Response) {
        if self.cache {
            response
                .headers_mut()
                .insert(CACHE_STATUS, HeaderValue::from_static("MISS"));
        }
    }
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

    fn asked(headers: &[(&'static str, &'static str)]) -> Asked {
        let pairs = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Asked::of(&pairs.collect())
    }

    #[test]
    fn metadata_is_enabled_by_one_value_of_either_name() {
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
            assert_eq!(asked(headers).metadata, metadata, "{headers:?}");
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
            Asked::of(&map).note(&map, &notes);
            assert_eq!(notes.list().len(), noted, "{headers:?}");
        }
    }

    #[test]
    fn the_cache_is_asked_for_by_true() {
        for (value, cache) in [
            ("true", true),
            ("TRUE", true),
            ("1", false),
            ("false", false),
        ] {
            assert_eq!(asked(&[("x-openrouter-cache", value)]).cache, cache);
        }
        assert!(!asked(&[("x-openrouter-cache-clear", "true")]).cache);
    }
}
