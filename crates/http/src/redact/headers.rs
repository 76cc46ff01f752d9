//! Headers as messages and logs show them.

use std::fmt;

use http::HeaderMap;

use super::{names, secrets::Secrets, text};

/// Maximum length of a header's value, in characters.
const MAX_VALUE_CHARS: usize = 1000;

/// Shows headers in `Debug`, with only the values that may be shown.
///
/// The values of a short list of harmless headers are shown, without the secrets of the request. All
/// other values are replaced by `(hidden)`.
pub struct Headers<'a>(&'a HeaderMap, Secrets);

impl<'a> Headers<'a> {
    /// Shows headers where no secret is known.
    #[must_use]
    pub fn new(headers: &'a HeaderMap) -> Self {
        Self(headers, Secrets::default())
    }

    /// Shows headers without `secrets`.
    #[must_use]
    pub fn without(headers: &'a HeaderMap, secrets: Secrets) -> Self {
        Self(headers, secrets)
    }
}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(name, value)| {
                let shown = names::is_shown(name)
                    .then(|| value.to_str().ok())
                    .flatten()
                    .map(|value| text::line_without(&self.1, value, MAX_VALUE_CHARS));
                (name.as_str(), shown.unwrap_or_else(|| "(hidden)".into()))
            }))
            .finish()
    }
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
}
