//! [`Head`]: URL and headers of a provider's requests. No header of a client is among them.

use std::borrow::Cow;
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
use crate::config::{Protocol, ProviderConfig};

/// Headers that frame the message. The transport sets them.
const FRAMING: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// Headers with the key of a provider that takes no `Authorization`.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const X_GOOG_API_KEY: HeaderName = HeaderName::from_static("x-goog-api-key");

/// The version of Anthropic's API. A header of the configuration can replace it.
const ANTHROPIC_VERSION: HeaderName = HeaderName::from_static("anthropic-version");
const MESSAGES_VERSION: &str = "2023-06-01";

/// URL and headers of a provider's requests.
pub(super) struct Head {
    base: Url,
    /// URL of the first path that is the same in all requests of the protocol.
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
            let (name, value) = credential(config.protocol, key.expose());
            let value = secret_value(&value)
                .ok_or_else(|| unusable("api_key", "has a character that a header cannot carry"))?;
            headers.insert(name, value);
        }
        if config.protocol == Protocol::Anthropic {
            headers.insert(
                ANTHROPIC_VERSION,
                HeaderValue::from_static(MESSAGES_VERSION),
            );
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
    ///
    /// # Errors
    /// If a header of the request has a character that a header cannot carry. Returns its name.
    pub(super) fn request(
        &self,
        request: &UpstreamRequest,
        stream: bool,
    ) -> Result<HttpRequest, &'static str> {
        let mut headers = self.headers.clone();
        headers.entry(ACCEPT).or_insert_with(|| {
            HeaderValue::from_static(if stream {
                "text/event-stream"
            } else {
                "application/json"
            })
        });
        for (name, value) in &request.headers {
            let value = HeaderValue::from_str(value).map_err(|_| *name)?;
            // A header can be a list of which the configuration sets a part.
            headers.append(HeaderName::from_static(name), value);
        }
        let mut url = match &request.path {
            Cow::Borrowed(path) => self.url(path),
            Cow::Owned(path) => self.join(path),
        };
        if let Some(query) = request.query {
            let query = match url.query() {
                Some(own) if !own.is_empty() => format!("{own}&{query}"),
                _ => query.to_owned(),
            };
            url.set_query(Some(&query));
        }
        Ok(HttpRequest::new(Method::POST, url)
            .with_headers(headers)
            .with_body(request.body.clone()))
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

/// Returns the header with the key of a provider.
fn credential(protocol: Protocol, key: &str) -> (HeaderName, String) {
    match protocol {
        Protocol::Anthropic => (X_API_KEY, key.to_owned()),
        Protocol::Gemini => (X_GOOG_API_KEY, key.to_owned()),
        Protocol::Responses | Protocol::Chat => (AUTHORIZATION, format!("Bearer {key}")),
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
    use crate::config::Secret;

    use super::*;

    fn config(base: &str) -> ProviderConfig {
        ProviderConfig::new("acme", Protocol::Responses, base)
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

    #[test]
    fn each_protocol_has_its_header_for_the_key() {
        for (protocol, header, value) in [
            (Protocol::Responses, "authorization", "Bearer k"),
            (Protocol::Chat, "authorization", "Bearer k"),
            (Protocol::Anthropic, "x-api-key", "k"),
            (Protocol::Gemini, "x-goog-api-key", "k"),
        ] {
            let mut config = ProviderConfig::new("acme", protocol, "http://h");
            config.api_key = Some(Secret::new("k"));
            let head = Head::new(&config).unwrap();
            assert_eq!(head.headers.get(header).unwrap(), value);
            let others = ["authorization", "x-api-key", "x-goog-api-key"];
            let sent = others
                .iter()
                .filter(|name| head.headers.contains_key(**name));
            assert_eq!(sent.count(), 1, "{protocol:?}");
            let version = head.headers.get("anthropic-version");
            assert_eq!(version.is_some(), protocol == Protocol::Anthropic);
        }
    }

    fn request(path: &'static str) -> UpstreamRequest {
        let request = orouter_wire::ResponsesRequest::new("m").input("hi");
        let body = bytes::Bytes::new();
        let source = orouter_protocols::RequestSource::new(&request, &body);
        let (target, notes) = (
            orouter_protocols::Target::new("m"),
            orouter_protocols::Notes::default(),
        );
        let protocol = orouter_protocols::Protocol::Chat;
        let mut request = protocol.request(&source, &target, &notes).unwrap();
        request.path = path.into();
        request
    }

    #[test]
    fn a_request_has_its_own_query_and_headers_beside_those_of_the_configuration() {
        let mut config = config("http://h/v1beta?key=a");
        config.headers = vec![("anthropic-beta".to_owned(), Secret::new("one"))];
        let head = Head::new(&config).unwrap();
        let mut own = request("models/m:stream");
        own.query = Some("alt=sse");
        own.headers = vec![("anthropic-beta", "two".to_owned())];
        let sent = head.request(&own, true).unwrap();
        assert_eq!(sent.url(), "http://h/v1beta/models/m:stream?key=a&alt=sse");
        let values = sent.headers().get_all("anthropic-beta").iter();
        assert_eq!(values.collect::<Vec<_>>(), ["one", "two"]);
        own.headers = vec![("anthropic-beta", "a\nb".to_owned())];
        assert_eq!(head.request(&own, true).err(), Some("anthropic-beta"));
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
