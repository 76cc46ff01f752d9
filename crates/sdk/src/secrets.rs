//! What a request carried to prove who asks, and taking it out of what a server wrote.
//!
//! A server may repeat the key that it was sent, in whatever form keys have there. What was sent is
//! known, so it is hidden by what it is and not by how it looks. It is kept beside an outcome as it
//! went out, and nothing else of the request; only what prints looks into it.

use std::{
    borrow::Cow,
    fmt,
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use crate::redact;

/// What stands in a secret's place.
pub(crate) const HIDDEN: &str = "(key hidden)";

/// The shortest secret that is hidden, in characters: a shorter one is no secret, and part of many
/// an honest word.
const SHORTEST: usize = 6;

/// Below this many characters a secret may be an ordinary word ("ollama"), so it is only hidden
/// where it stands alone.
const UNMISTAKABLE: usize = 12;

/// The most of a text that is looked at, in bytes: far more than is ever shown.
const ENOUGH: usize = 64 << 10;

/// Parts of the names of headers and query parameters whose values are secrets.
const TELLING: &[&str] = &[
    "auth",
    "cookie",
    "credential",
    "jwt",
    "key",
    "password",
    "secret",
    "token",
];

/// What went out with a request, as far as it may hold secrets.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    /// The first, which is the only one of nearly all calls and needs no list.
    first: Option<HeaderValue>,
    others: Vec<HeaderValue>,
    query: Option<Box<str>>,
}

impl Credentials {
    /// `added` is what middleware put in on the way.
    pub(crate) fn new(headers: &HeaderMap, url: &Url, added: &Added) -> Self {
        let mut values = credentials(headers).cloned();
        let first = values.next();
        let mut others: Vec<_> = values.collect();
        others.extend_from_slice(&added.lock());
        Self {
            first,
            others,
            query: url.query().map(Into::into),
        }
    }

    /// Looks through it for secrets.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut found = Vec::new();
        for value in self.first.iter().chain(&self.others) {
            of_header(&String::from_utf8_lossy(value.as_bytes()), &mut found);
        }
        let query = self.query.as_deref().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if is_telling(&name.to_ascii_lowercase()) {
                found.push(value.into_owned());
            }
        }
        Secrets::new(found)
    }
}

/// What middleware added to the requests of a call.
#[derive(Default)]
pub(crate) struct Added(Mutex<Vec<HeaderValue>>);

impl Added {
    /// Remembers the credentials among `headers`.
    pub(crate) fn note(&self, headers: &HeaderMap) {
        let mut added = self.lock();
        for value in credentials(headers) {
            if !added.contains(value) {
                added.push(value.clone());
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<HeaderValue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The values of `headers` that are secrets by name, or were marked so.
fn credentials(headers: &HeaderMap) -> impl Iterator<Item = &HeaderValue> {
    // What every request has is told apart first: this is on the way of a success, too.
    let usual = [header::ACCEPT, header::CONTENT_TYPE, header::USER_AGENT];
    let secret = move |name: &HeaderName, value: &HeaderValue| {
        value.is_sensitive()
            || !usual.contains(name) && !redact::is_shown(name) && is_telling(name.as_str())
    };
    headers
        .iter()
        .filter(move |(name, value)| secret(name, value))
        .map(|(_, value)| value)
}

fn is_telling(name: &str) -> bool {
    TELLING.iter().any(|part| name.contains(part))
}

/// Finds the value itself, what follows a scheme such as `Bearer`, and the values of a cookie's pairs.
fn of_header(value: &str, found: &mut Vec<String>) {
    let value = value.trim();
    if let (Some((_, rest)), false) = (value.split_once(' '), value.contains(';')) {
        found.push(rest.to_owned());
    }
    for pair in value.split(';') {
        if let Some((_, value)) = pair.split_once('=') {
            found.push(value.trim().trim_matches('"').to_owned());
        }
    }
    found.push(value.to_owned());
}

/// Secrets, ready to be looked for.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    fn new(found: Vec<String>) -> Self {
        let mut forms = Vec::with_capacity(found.len());
        for secret in found {
            let secret = words(&secret);
            if secret.chars().count() < SHORTEST {
                continue;
            }
            if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                forms.extend(in_urls(&secret));
            }
            forms.push(secret);
        }
        // The longest first: one may be part of another.
        forms.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self(forms)
    }

    /// `text` without any of the secrets, its white space single spaces.
    pub(crate) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut end = text.len().min(ENOUGH);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let start = text.get(..end).unwrap_or_default();
        let mut out = words(start);
        if end < text.len() {
            out.push('…');
        }
        for secret in &self.0 {
            if let Some(hidden) = without(&out, secret) {
                out = hidden;
            }
        }
        Cow::Owned(self.without_cut_ones(out))
    }

    /// Where a text was cut, what is left of a secret is one too.
    fn without_cut_ones(&self, text: String) -> String {
        if !text.contains('…') {
            return text;
        }
        let mut parts = text.split('…').peekable();
        let mut out = String::with_capacity(text.len());
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                out.push_str(part);
                break;
            }
            match self.0.iter().find_map(|secret| cut_off(part, secret)) {
                Some(before) => out.extend([before, HIDDEN]),
                None => out.push_str(part),
            }
            out.push('…');
        }
        out
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// How a secret looks in a URL's path and in its query.
fn in_urls(secret: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![query.replace('+', "%20"), query];
    if let Ok(mut url) = Url::parse("http://host") {
        url.set_path(secret);
        forms.push(url.path().trim_start_matches('/').to_owned());
    }
    forms
}

/// `text` with every `secret` in it hidden; `None` when there is none.
fn without(text: &str, secret: &str) -> Option<String> {
    let alone = secret.chars().count() < UNMISTAKABLE;
    let mut out = String::new();
    let mut shown = 0;
    for (at, _) in text.match_indices(secret) {
        let end = at + secret.len();
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(end..).and_then(|text| text.chars().next());
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if alone && (inside(before) || inside(after)) {
            continue;
        }
        out.push_str(text.get(shown..at)?);
        out.push_str(HIDDEN);
        shown = end;
    }
    if shown == 0 {
        return None;
    }
    out.push_str(text.get(shown..)?);
    Some(out)
}

/// What stands before the start of `secret` with which `text` ends.
fn cut_off<'t>(text: &'t str, secret: &str) -> Option<&'t str> {
    secret
        .char_indices()
        .map(|(at, _)| at)
        .skip(SHORTEST)
        .filter_map(|end| text.strip_suffix(secret.get(..end)?))
        .last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(headers: &[(&'static str, &str)]) -> Secrets {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Credentials::new(
            &map,
            &Url::parse("https://host/?api-key=from-the-query").unwrap(),
            &Added::default(),
        )
        .secrets()
    }

    #[test]
    fn credentials_are_hidden_by_what_they_are() {
        let secrets = secrets(&[
            ("authorization", "Bearer my-company-token"),
            ("proxy-authorization", "Basic bWU6aHVudGVyMg=="),
            ("cookie", "session=0123-4567; theme=dark"),
            ("x-api-key", "correct horse battery"),
            ("x-trace", "trace-0123456789"),
            ("accept", "application/json"),
        ]);
        for (text, shown) in [
            ("no my-company-token here", "no (key hidden) here"),
            ("'Bearer my-company-token'", "'(key hidden)'"),
            (
                "my-company-tokenmy-company-token",
                "(key hidden)(key hidden)",
            ),
            ("Basic bWU6aHVudGVyMg==", "(key hidden)"),
            ("in a URL: bWU6aHVudGVyMg%3D%3D", "in a URL: (key hidden)"),
            ("session 0123-4567", "session (key hidden)"),
            ("correct  horse\n battery", "(key hidden)"),
            ("/correct%20horse%20battery/", "/(key hidden)/"),
            ("/?k=correct+horse+battery", "/?k=(key hidden)"),
            ("from-the-query", "(key hidden)"),
            ("dark trace-0123456789", "dark trace-0123456789"),
            ("application/json", "application/json"),
        ] {
            assert_eq!(secrets.hide(text), shown);
        }
    }

    #[test]
    fn short_keys_leave_messages_readable() {
        let (five, six) = (
            secrets(&[("authorization", "Bearer model")]),
            secrets(&[("authorization", "Bearer ollama")]),
        );
        assert_eq!(five.hide("no such model"), "no such model");
        assert_eq!(
            six.hide("ollama: no ollamas, 'ollama'"),
            "(key hidden): no ollamas, '(key hidden)'"
        );
    }

    #[test]
    fn what_a_cut_leaves_of_a_key_is_hidden() {
        let secrets = secrets(&[("authorization", "Bearer my-company-token")]);
        assert_eq!(secrets.hide("key my-company-to…"), "key (key hidden)…");
        assert_eq!(secrets.hide("(my-company…, a…"), "((key hidden)…, a…");
        assert_eq!(secrets.hide("key my-co…"), "key my-co…");
        assert_eq!(secrets.hide("key my-company-to"), "key my-company-to");
        let long = format!("{} my-company-token", "x".repeat(ENOUGH - 12));
        let shown = secrets.hide(&long);
        assert!(
            shown.ends_with("x (key hidden)…"),
            "{}",
            &shown[ENOUGH - 20..]
        );
        let none = Secrets::default();
        assert!(matches!(none.hide(&long), Cow::Borrowed(_)));
    }

    #[test]
    fn what_middleware_adds_is_a_secret_too() {
        let mut headers = HeaderMap::new();
        headers.insert("x-mine", HeaderValue::from_static("marked-as-secret"));
        let added = Added::default();
        added.note(&headers);
        headers.get_mut("x-mine").unwrap().set_sensitive(true);
        added.note(&headers);
        added.note(&headers);
        assert_eq!(added.lock().len(), 1);
        let url = Url::parse("https://host/").unwrap();
        let sent = Credentials::new(&HeaderMap::new(), &url, &added);
        assert_eq!(sent.secrets().hide("a marked-as-secret"), "a (key hidden)");
        assert_eq!(format!("{sent:?}"), "(hidden)");
    }
}
