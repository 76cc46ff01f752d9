//! The credentials of a request, collected so that they can be removed from messages.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::{names, secrets::Secrets};

/// The parts of a request that may hold secrets: header values and the query.
///
/// Kept beside an outcome, so that messages can be shown without the secrets. Collecting them is cheap;
/// [`secrets`](Self::secrets) prepares the search and is called only when something is shown.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The first value. Nearly all calls have one, which then needs no list.
    first: Option<HeaderValue>,
    others: Vec<HeaderValue>,
    query: Option<Box<str>>,
}

impl Credentials {
    /// Collects the credentials of a request, and those that middleware `added` to its attempts.
    #[must_use]
    pub fn new(headers: &HeaderMap, url: &Url, added: &AddedCredentials) -> Self {
        let mut values = secret_values(headers).cloned();
        let first = values.next();
        let mut others: Vec<_> = values.collect();
        others.extend_from_slice(&added.lock());
        Self {
            first,
            others,
            query: url.query().map(Into::into),
        }
    }

    /// Returns the secrets in these parts.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut found = Vec::new();
        for value in self.first.iter().chain(&self.others) {
            push_secrets(&String::from_utf8_lossy(value.as_bytes()), &mut found);
        }
        let query = self.query.as_deref().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if names::is_secret(&name.to_ascii_lowercase()) {
                found.push(value.into_owned());
            }
        }
        Secrets::new(found)
    }
}

/// Credentials that middleware added to the attempts of a call.
#[derive(Default)]
pub struct AddedCredentials(Mutex<Vec<HeaderValue>>);

impl AddedCredentials {
    /// Records the credentials among `headers`, each value once.
    pub fn record(&self, headers: &HeaderMap) {
        let mut added = self.lock();
        for value in secret_values(headers) {
            if !added.contains(value) {
                added.push(value.clone());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<HeaderValue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the values of `headers` that are secrets by name or marked as sensitive.
fn secret_values(headers: &HeaderMap) -> impl Iterator<Item = &HeaderValue> {
    // The headers of every request are compared first: successful calls pass here too.
    let usual = [header::ACCEPT, header::CONTENT_TYPE, header::USER_AGENT];
    let secret = move |name: &HeaderName, value: &HeaderValue| {
        value.is_sensitive()
            || !usual.contains(name) && !names::is_shown(name) && names::is_secret(name.as_str())
    };
    headers
        .iter()
        .filter(move |(name, value)| secret(name, value))
        .map(|(_, value)| value)
}

/// Adds the value itself, the part after a scheme such as `Bearer`, and the values of a cookie's pairs.
fn push_secrets(value: &str, found: &mut Vec<String>) {
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

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl fmt::Debug for AddedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_middleware_are_secrets_too() {
        let mut headers = HeaderMap::new();
        headers.insert("x-mine", HeaderValue::from_static("marked-as-secret"));
        let added = AddedCredentials::default();
        added.record(&headers);
        headers.get_mut("x-mine").unwrap().set_sensitive(true);
        added.record(&headers);
        added.record(&headers);
        assert_eq!(added.lock().len(), 1);
        let url = Url::parse("https://host/").unwrap();
        let sent = Credentials::new(&HeaderMap::new(), &url, &added);
        assert_eq!(sent.secrets().hide("a marked-as-secret"), "a (key hidden)");
        assert_eq!(format!("{sent:?}"), "(hidden)");
    }
}
