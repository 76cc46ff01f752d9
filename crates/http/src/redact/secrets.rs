//! The search for the secrets of a request in the text of a server.

use std::{borrow::Cow, fmt};

use url::Url;

/// The replacement for a secret.
pub(super) const HIDDEN: &str = "(key hidden)";

/// Minimum length of a secret, in characters. Shorter ones are no secrets, and parts of many words.
const MIN_SECRET_CHARS: usize = 6;

/// Minimum length of a secret that is hidden inside a word as well, in characters. A shorter one may
/// be an ordinary word ("ollama"), and is hidden only where it stands alone.
const MIN_DISTINCT_CHARS: usize = 12;

/// Maximum length of the text that is searched, in bytes. Messages show far less.
const MAX_SEARCHED_BYTES: usize = 64 << 10;

/// The secrets of a request, in every form in which a server may repeat them.
///
/// A server may quote the key that it received. The secrets are known, so they are recognised by their
/// value, in whichever format the server's keys have.
#[derive(Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Prepares the search for these texts. Those that are too short to be a secret are left out.
    pub(super) fn new(found: Vec<String>) -> Self {
        let mut forms = Vec::with_capacity(found.len());
        for secret in found {
            let secret = words(&secret);
            if secret.chars().count() < MIN_SECRET_CHARS {
                continue;
            }
            if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                forms.extend(url_forms(&secret));
            }
            forms.push(secret);
        }
        // Longest first, because one secret may be part of another.
        forms.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self(forms)
    }

    /// Returns `text` with each secret replaced by `(key hidden)`.
    ///
    /// If there are secrets, white space becomes single spaces and a text of more than 64 KiB is cut.
    #[must_use]
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut end = text.len().min(MAX_SEARCHED_BYTES);
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
        Cow::Owned(self.hide_cut_secrets(out))
    }

    /// Hides the start of a secret where the text was cut, which `…` marks.
    fn hide_cut_secrets(&self, text: String) -> String {
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
            match self
                .0
                .iter()
                .find_map(|secret| before_cut_secret(part, secret))
            {
                Some(before) => out.extend([before, HIDDEN]),
                None => out.push_str(part),
            }
            out.push('…');
        }
        out
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Joins the words of `text` with single spaces.
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

/// Returns the encoded forms of a secret in a URL's path and query.
fn url_forms(secret: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![query.replace('+', "%20"), query];
    if let Ok(mut url) = Url::parse("http://host") {
        url.set_path(secret);
        forms.push(url.path().trim_start_matches('/').to_owned());
    }
    forms
}

/// Returns `text` with each `secret` hidden. `None` if it contains none.
fn without(text: &str, secret: &str) -> Option<String> {
    let alone = secret.chars().count() < MIN_DISTINCT_CHARS;
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

/// Returns the text before the start of `secret` with which `text` ends. `None` if it ends otherwise.
fn before_cut_secret<'t>(text: &'t str, secret: &str) -> Option<&'t str> {
    secret
        .char_indices()
        .map(|(at, _)| at)
        .skip(MIN_SECRET_CHARS)
        .filter_map(|end| text.strip_suffix(secret.get(..end)?))
        .last()
}
