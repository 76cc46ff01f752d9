//! Where requests go: a base URL that was checked once.

use std::fmt;

use url::Url;

use crate::redact;

/// The hosted service.
pub(crate) const HOSTED: &str = "https://openrouter.ai/api/v1";

/// An absolute `http` or `https` URL, without fragment, its path without slashes at the end.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServerUrl(Url);

impl ServerUrl {
    /// Reads `text`. The message of the failure goes on from the name of what held it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        let mut url = Url::parse(text)
            .map_err(|error| format!("is not an absolute URL such as {HOSTED}: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(format!(
                "must start with http:// or https://, not {:?}",
                url.scheme()
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold credentials; give them as API key or header".to_owned());
        }
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL of `path`, which starts with a slash, under this one.
    pub(crate) fn endpoint(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact::location(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn responses(text: &str) -> String {
        ServerUrl::parse(text)
            .unwrap()
            .endpoint("/responses")
            .to_string()
    }

    #[test]
    fn paths_join_with_one_slash_and_queries_stay() {
        assert_eq!(responses("https://a/b///"), "https://a/b/responses");
        assert_eq!(responses("http://a:8080"), "http://a:8080/responses");
        assert_eq!(
            responses("https://a/other?x=1#h"),
            "https://a/other/responses?x=1"
        );
    }

    #[test]
    fn what_cannot_be_a_server_is_refused() {
        for text in [
            "",
            "  ",
            "localhost",
            "localhost:8080",
            "/api",
            "ftp://a/b",
            "http://",
            "https://me:pw@a",
        ] {
            assert!(ServerUrl::parse(text).is_err(), "{text}");
        }
    }
}
