//! [`Head`]: URL and headers of a provider's requests. No header of a client is among them.

use std::sync::OnceLock;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST,
    HeaderName, HeaderValue, TRANSFER_ENCODING, USER_AGENT,
};
use http::{HeaderMap, Method};
use orouter_http::redact::{AddedCredentials, Credentials, Secrets};
use orouter_http::transport::HttpRequest;
use orouter_protocols::UpstreamRequest;
use url::Url;

use super::setup_error::SetupError;
use crate::config::ProviderConfig;

/// Headers that frame the message. The transport sets them.
const FRAMING: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// URL and headers of a provider's requests.
pub(super) struct Head {
    base: Url,
    /// URL of the path of the last request. A protocol has one path.
    url: OnceLock<(&'static str, Url)>,
    headers: HeaderMap,
}

impl Head {
    /// Creates the head of a configuration.
    ///
    /// # Errors
    /// If the URL, the key or a header cannot be used. The message names the provider and the
    /// member, and contains no values.
    pub(super) fn new(config: &ProviderConfig) -> Result<Self, SetupError> {
        let unusable = |member: &str, reason: &str| {
            let name = &config.name;
            SetupError::new(format!("providers.{name}.{member} {reason}"))
        };
        let base = Url::parse(&config.base_url)
            .map_err(|error| unusable("base_url", &format!("is not a URL: {error}")))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(unusable("base_url", "must begin with http:// or https://"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            let reason = "must not have a user name or a password; use api_key or headers";
            return Err(unusable("base_url", reason));
        }
        let mut headers = HeaderMap::with_capacity(8 + config.headers.len());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let agent = concat!("orouter/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        if let Some(key) = &config.api_key {
            let bearer = format!("Bearer {}", key.expose());
            let value = secret_value(&bearer)
                .ok_or_else(|| unusable("api_key", "has a character that a header cannot carry"))?;
            headers.insert(AUTHORIZATION, value);
        }
        for (name, value) in &config.headers {
            let member = format!("headers.{name}");
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| unusable(&member, "is not a header name"))?;
            if FRAMING.contains(&name) {
                return Err(unusable(&member, "is set by the server; leave it out"));
            }
            let value = secret_value(value.expose())
                .ok_or_else(|| unusable(&member, "has a character that a header cannot carry"))?;
            headers.insert(name, value);
        }
        Ok(Self {
            base,
            url: OnceLock::new(),
            headers,
        })
    }

    /// Returns the HTTP request for `request`.
    pub(super) fn request(&self, request: &UpstreamRequest, stream: bool) -> HttpRequest {
        let mut headers = self.headers.clone();
        headers.entry(ACCEPT).or_insert_with(|| {
            HeaderValue::from_static(if stream {
                "text/event-stream"
            } else {
                "application/json"
            })
        });
        HttpRequest::new(Method::POST, self.url(request.path))
            .with_headers(headers)
            .with_body(request.body.clone())
    }

    /// Returns the base URL with `path` appended to its path. A query of the base URL stays.
    fn url(&self, path: &'static str) -> Url {
        let (known, url) = self.url.get_or_init(|| (path, self.join(path)));
        if *known == path {
            url.clone()
        } else {
            self.join(path)
        }
    }

    fn join(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let base = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{base}/{path}"));
        url.set_fragment(None);
        url
    }

    /// Returns the secrets of the requests, which messages must not contain.
    pub(super) fn secrets(&self) -> Secrets {
        Credentials::new(&self.headers, &self.base, &AddedCredentials::default()).secrets()
    }
}

/// Returns a header value that logs do not show.
fn secret_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use crate::config::{ProviderProtocol, Secret};

    use super::*;

    fn config(base: &str) -> ProviderConfig {
        ProviderConfig::new("acme", ProviderProtocol::Responses, base)
    }

    #[test]
    fn the_path_is_appended_to_the_base_url() {
        for (base, url) in [
            ("http://h/v1", "http://h/v1/responses"),
            ("http://h/v1/", "http://h/v1/responses"),
            ("https://h:8443", "https://h:8443/responses"),
            (
                "http://h/v1?api-version=2",
                "http://h/v1/responses?api-version=2",
            ),
        ] {
            let head = Head::new(&config(base)).unwrap();
            assert_eq!(head.url("responses").as_str(), url);
            assert_eq!(
                head.url("other").path(),
                url_path(url).replace("responses", "other")
            );
        }
    }

    fn url_path(url: &str) -> String {
        Url::parse(url).unwrap().path().to_owned()
    }

    #[test]
    fn unusable_members_are_named_without_their_values() {
        let mut key = config("http://h");
        key.api_key = Some(Secret::new("hush\n"));
        let mut value = config("http://h");
        value.headers = vec![("x-team".to_owned(), Secret::new("hush\r\n"))];
        let mut framing = config("http://h");
        framing.headers = vec![("Content-Length".to_owned(), Secret::new("1"))];
        for (config, member) in [
            (config("ftp://h"), "base_url"),
            (config("h/v1"), "base_url"),
            (config("http://me:hush@h"), "base_url"),
            (key, "api_key"),
            (value, "headers.x-team"),
            (framing, "headers.Content-Length"),
        ] {
            let message = Head::new(&config).err().unwrap().to_string();
            assert!(
                message.starts_with(&format!("providers.acme.{member} ")),
                "{message}"
            );
            assert!(!message.contains("hush"), "{message}");
        }
    }
}
