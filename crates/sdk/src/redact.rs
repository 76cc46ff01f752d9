//! What `Debug`, error messages and logs may show.
//!
//! Nothing here decides what is sent: only what a person who reads a log gets to see. Header values
//! are shown for names on a short list and hidden for all others; URLs lose their query and any
//! credentials; text that a server wrote loses whatever looks like a
//! key, and the secrets that it was sent.

use std::{borrow::Cow, fmt};

use http::{HeaderMap, HeaderName};
use url::Url;

use crate::secrets::{HIDDEN, Secrets};

/// Headers whose values may be shown: none of them carries a secret or content.
const SHOWN: &[&str] = &[
    "accept",
    "accept-encoding",
    "cf-ray",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "http-referer",
    "retry-after",
    "retry-after-ms",
    "server",
    "transfer-encoding",
    "user-agent",
    "x-generation-id",
    "x-openrouter-cache",
    "x-openrouter-cache-age",
    "x-openrouter-cache-clear",
    "x-openrouter-cache-status",
    "x-openrouter-cache-ttl",
    "x-openrouter-categories",
    "x-openrouter-metadata",
    "x-openrouter-title",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

/// Whether the values of the header may be shown.
pub(crate) fn is_shown(name: &HeaderName) -> bool {
    SHOWN.contains(&name.as_str())
}

/// Formats headers with the values of all but well-known harmless ones hidden, and whatever they
/// hold of the secrets.
pub(crate) struct Headers<'a>(&'a HeaderMap, Secrets);

impl<'a> Headers<'a> {
    /// Where no secret is known.
    pub(crate) fn new(headers: &'a HeaderMap) -> Self {
        Self(headers, Secrets::default())
    }

    pub(crate) fn without(headers: &'a HeaderMap, secrets: Secrets) -> Self {
        Self(headers, secrets)
    }
}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(name, value)| {
                let shown = is_shown(name)
                    .then(|| value.to_str().ok())
                    .flatten()
                    .map(|value| line_without(&self.1, value, VALUE));
                (name.as_str(), shown.unwrap_or_else(|| "(hidden)".into()))
            }))
            .finish()
    }
}

/// A URL without query, fragment and credentials.
pub(crate) fn location(url: &Url) -> String {
    let port = url
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    format!(
        "{}://{}{port}{}",
        url.scheme(),
        url.host_str().unwrap_or_default(),
        url.path()
    )
}

/// The most of a header's value that is shown, in characters.
const VALUE: usize = 1000;

/// One line of text from elsewhere, fit to stand in a message: at most `limit` characters, no
/// control characters, and nothing in it that looks like a key.
pub(crate) fn line(text: &str, limit: usize) -> String {
    line_without(&Secrets::default(), text, limit)
}

/// As [`line`], and without `secrets`.
pub(crate) fn line_without(secrets: &Secrets, text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit + 4));
    let mut count = 0;
    // Without the control characters first: they must not split a key.
    let text: Cow<'_, str> = if text.contains(invisible) {
        text.chars().filter(|c| !invisible(*c)).collect()
    } else {
        text.into()
    };
    let text = secrets.hide(&text);
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            if count >= limit {
                out.push('…');
                return out;
            }
            out.push(' ');
            count += 1;
        }
        for character in secret(word).chars() {
            if count >= limit {
                out.push('…');
                return out;
            }
            out.push(character);
            count += 1;
        }
    }
    out
}

/// Control characters that are no white space.
fn invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// Shorter than any key: `sk-` in an ordinary word such as "task-list".
const SHORTEST_KEY: usize = 12;

/// Hides every part of `word` that looks like a key: `sk-` and what follows.
fn secret(word: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = word;
    while let Some(start) = rest.find("sk-") {
        let (before, key) = rest.split_at(start);
        let end = key
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*' | '.')))
            .unwrap_or(key.len());
        let (key, after) = key.split_at(end);
        out.push_str(before);
        out.push_str(if end < SHORTEST_KEY { key } else { HIDDEN });
        rest = after;
    }
    if out.is_empty() {
        return Cow::Borrowed(word);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_headers_are_shown() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer sk-or-v1-abc".parse().unwrap());
        headers.insert("cookie", "session=1".parse().unwrap());
        headers.insert("x-my-token", "t".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        let shown = format!("{:?}", Headers::new(&headers));
        assert!(shown.contains("application/json"), "{shown}");
        assert!(!shown.contains("sk-or") && !shown.contains("session") && !shown.contains("\"t\""));
    }

    #[test]
    fn locations_lose_query_and_credentials() {
        let url = Url::parse("https://me:secret@host:8080/api/v1/responses?key=1#x").unwrap();
        assert_eq!(location(&url), "https://host:8080/api/v1/responses");
    }

    #[test]
    fn keys_in_text_are_hidden_and_lines_joined() {
        assert_eq!(
            line("Bad key:\n 'sk-or-v1-0123456789abcdef', see docs", 100),
            "Bad key: '(key hidden)', see docs"
        );
        assert_eq!(line("a task-list item", 100), "a task-list item");
        assert_eq!(line("héllo wörld", 5), "héllo…");
    }

    #[test]
    fn every_key_of_a_word_is_hidden() {
        const A: &str = "sk-or-v1-aaaaaaaaaaaaaaaa";
        const B: &str = "sk-or-v1-0123456789abcdef";
        for (text, shown) in [
            (
                format!("bad keys={A},{B}"),
                "bad keys=(key hidden),(key hidden)",
            ),
            (
                format!("task-1:{B} is not known"),
                "task-1:(key hidden) is not known",
            ),
            (format!("desk-key={B}"), "desk-key=(key hidden)"),
            (format!("é,sk-,{B};x"), "é,sk-,(key hidden);x"),
            (format!("\u{1}s\u{0}k-{}", &A[3..]), "(key hidden)"),
            ("a\u{7f}sk-list\u{0}".to_owned(), "ask-list"),
        ] {
            assert_eq!(line(&text, 100), shown);
        }
    }
}
