//! [`ServerUrl`]: the checked base URL of a server.

use std::fmt;

use orouter_http::redact;
use url::Url;

/// The base URL of the hosted service.
pub(crate) const HOSTED: &str = "https://openrouter.ai/api/v1";

/// An absolute `http` or `https` URL without a fragment. Its path ends neither in slashes nor in
/// `/responses`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServerUrl(Url);

impl ServerUrl {
    /// Parses a base URL. The error message continues the name of the option, as in `server_url is
    /// empty`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(format!("is empty; set an absolute URL such as {HOSTED}"));
        }
        let mut url = Url::parse(text)
            .map_err(|error| format!("is not an absolute URL such as {HOSTED}: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(format!(
                "must start with http:// or https://, not {}:",
                url.scheme()
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain credentials; set api_key or a header instead".to_owned());
        }
        url.set_fragment(None);
        let path = base(url.path()).to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the URL of `path`, which starts with a slash, under the base URL.
    pub(crate) fn endpoint(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

/// Removes slashes and `/responses` from the end of a path, in upper or lower case: a URL copied from
/// an example of a request is that of the endpoint.
fn base(path: &str) -> &str {
    const ENDPOINT: &str = "/responses";
    let mut path = path.trim_end_matches('/');
    while let Some((base, _)) = path
        .len()
        .checked_sub(ENDPOINT.len())
        .and_then(|at| path.split_at_checked(at))
        .filter(|(_, end)| end.eq_ignore_ascii_case(ENDPOINT))
    {
        path = base.trim_end_matches('/');
    }
    path
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
    fn paths_are_joined_with_one_slash_and_queries_stay() {
        assert_eq!(responses("https://a/b///"), "https://a/b/responses");
        assert_eq!(responses("http://a:8080"), "http://a:8080/responses");
        assert_eq!(
            responses("https://a/other?x=1#h"),
            "https://a/other/responses?x=1"
        );
    }

    #[test]
    fn the_endpoint_at_the_end_is_removed() {
        for text in [
            "https://a/b/responses",
            "https://a/b/responses/",
            "https://a/b//responses//",
            "https://a/b/Responses",
            "https://a/b/RESPONSES/responses/",
            "https://a/b/./responses/.",
        ] {
            assert_eq!(responses(text), "https://a/b/responses", "{text}");
            let models = ServerUrl::parse(text).unwrap().endpoint("/models");
            assert_eq!(models.as_str(), "https://a/b/models", "{text}");
        }
        assert_eq!(responses("http://a/responses"), "http://a/responses");
        assert_eq!(
            responses("http://a/v1/responses?v=1#x"),
            "http://a/v1/responses?v=1"
        );
        for text in [
            "https://a/my-responses",
            "https://a/responses/v1",
            "https://a/é",
        ] {
            let base = Url::parse(text).unwrap();
            assert_eq!(responses(text), format!("{base}/responses"));
        }
    }

    #[test]
    fn unusable_urls_are_refused() {
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
