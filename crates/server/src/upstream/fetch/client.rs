//! [`UrlFetcher`]: fetches one URL of a client.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method};
use orouter_http::transport::{HttpRequest, HttpResponse, HyperTransport};
use tokio::sync::{Semaphore, SemaphorePermit};
use url::{Host, Url};

use super::address::is_public;

/// Maximum size of a file, in bytes.
const MAX_FILE_BYTES: usize = 20 << 20;

/// Maximum time for one URL, with its redirects, and for one connection.
const FETCH_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum number of redirects, and of addresses of a name that are tried.
const MAX_REDIRECTS: usize = 3;
const MAX_ADDRESSES: usize = 3;

/// Maximum length of a URL, in bytes.
const MAX_URL_BYTES: usize = 8 << 10;

/// Maximum number of requests whose files are held at the same time.
const MAX_CONCURRENT: usize = 8;

/// Fetches URLs of clients.
pub(in crate::upstream) struct UrlFetcher {
    transport: HyperTransport,
    allowed: Allowed,
    slots: Semaphore,
}

/// The addresses and ports that a fetch may connect to.
#[derive(Clone, Copy)]
pub(super) struct Allowed {
    pub(super) address: fn(IpAddr) -> bool,
    pub(super) port: fn(u16) -> bool,
}

impl Allowed {
    /// The public Internet, at the standard ports of HTTP.
    const PUBLIC: Self = Self {
        address: is_public,
        port: |port| matches!(port, 80 | 443),
    };
}

/// A file that was fetched.
pub(super) struct Fetched {
    /// Media type without parameters, in lower case.
    pub(super) media_type: String,
    pub(super) bytes: Vec<u8>,
}

/// The reason why a URL was not fetched. It tells nothing about the network of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FetchError {
    Url,
    Unreachable,
    TooLarge,
    MediaType,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => {
                "the server fetches only http:// and https:// URLs of public servers at ports 80 \
                 and 443, without a user name"
            }
            // One message for refused addresses and failed connections, because the difference
            // would show which addresses of this network exist.
            Self::Unreachable => "the URL cannot be fetched; send the content as data",
            Self::TooLarge => "the file at the URL is larger than 20 MiB",
            Self::MediaType => {
                "the file at the URL is not of a supported type: PDF, text, image or audio"
            }
        })
    }
}

impl UrlFetcher {
    pub(in crate::upstream) fn new(transport: HyperTransport) -> Self {
        Self::with_allowed(transport, Allowed::PUBLIC)
    }

    /// As [`new`](Self::new), with other addresses and ports.
    pub(super) fn with_allowed(transport: HyperTransport, allowed: Allowed) -> Self {
        Self {
            transport,
            allowed,
            slots: Semaphore::new(MAX_CONCURRENT),
        }
    }

    /// Waits until the files of another request may be held in memory.
    pub(super) async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        self.slots.acquire().await.ok()
    }

    /// Fetches a URL.
    pub(super) async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
        let fetching = self.follow(url);
        let outcome = tokio::time::timeout(FETCH_TIMEOUT, fetching).await;
        outcome.unwrap_or(Err(FetchError::Unreachable))
    }

    async fn follow(&self, url: &str) -> Result<Fetched, FetchError> {
        if url.len() > MAX_URL_BYTES {
            return Err(FetchError::Url);
        }
        let mut url = Url::parse(url).map_err(|_| FetchError::Url)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.get(&url).await?;
            let Some(location) = redirect(&response) else {
                return read(response).await;
            };
            let next = url.join(&location).map_err(|_| FetchError::Unreachable)?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(FetchError::Unreachable);
            }
            url = next;
        }
        Err(FetchError::Unreachable)
    }

    /// Sends one request, to an address that was checked.
    async fn get(&self, url: &Url) -> Result<HttpResponse, FetchError> {
        for address in self.addresses(url).await? {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            let request = HttpRequest::new(Method::GET, url.clone())
                .with_headers(headers)
                .with_connect_timeout(CONNECT_TIMEOUT);
            match self.transport.send_to(address, request).await {
                Ok(response) => return Ok(response),
                Err(error) if error.is_connect() => {}
                Err(_) => return Err(FetchError::Unreachable),
            }
        }
        Err(FetchError::Unreachable)
    }

    /// Returns the addresses of the URL's host. All of them are checked, so that a name with a
    /// public and a private address is refused.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Url);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Url);
        }
        let port = url.port_or_known_default().ok_or(FetchError::Url)?;
        if !(self.allowed.port)(port) {
            return Err(FetchError::Url);
        }
        let mut addresses: Vec<SocketAddr> = match url.host().ok_or(FetchError::Url)? {
            Host::Ipv4(address) => vec![(address, port).into()],
            Host::Ipv6(address) => vec![(address, port).into()],
            Host::Domain(name) => {
                let found = tokio::net::lookup_host((name, port)).await;
                found.map_err(|_| FetchError::Unreachable)?.collect()
            }
        };
        let all_allowed = addresses
            .iter()
            .all(|address| (self.allowed.address)(address.ip()));
        if !all_allowed {
            return Err(FetchError::Unreachable);
        }
        addresses.truncate(MAX_ADDRESSES);
        Ok(addresses)
    }
}

/// Returns the target of a redirect.
fn redirect(response: &HttpResponse) -> Option<String> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| redirects)?;
    location.to_str().ok().map(str::to_owned)
}

/// Reads the file in a response.
async fn read(response: HttpResponse) -> Result<Fetched, FetchError> {
    let (status, headers, mut body) = response.into_parts();
    if status != 200 || headers.contains_key(CONTENT_ENCODING) {
        return Err(FetchError::Unreachable);
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_FILE_BYTES as u64) {
        return Err(FetchError::TooLarge);
    }
    let announced = text(CONTENT_TYPE).unwrap_or_default();
    let announced = announced.split(';').next().unwrap_or_default().trim();
    let announced = announced.to_ascii_lowercase();
    if !supported(&announced) && !unspecific(&announced) {
        return Err(FetchError::MediaType);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = std::future::poll_fn(|cx| body.poll_chunk(cx)).await {
        let chunk = chunk.map_err(|_| FetchError::Unreachable)?;
        if chunk.len() > MAX_FILE_BYTES - bytes.len() {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let media_type = if bytes.starts_with(b"%PDF-") {
        "application/pdf".to_owned()
    } else if supported(&announced) {
        announced
    } else {
        return Err(FetchError::MediaType);
    };
    Ok(Fetched { media_type, bytes })
}

/// Returns `true` for the media types that models read.
fn supported(media_type: &str) -> bool {
    let kind = media_type.split('/').next();
    matches!(kind, Some("text" | "image" | "audio"))
        || matches!(media_type, "application/pdf" | "application/json")
}

/// Returns `true` if the server of the file does not know its type.
fn unspecific(media_type: &str) -> bool {
    matches!(
        media_type,
        "" | "application/octet-stream" | "binary/octet-stream"
    )
}

#[cfg(test)]
mod tests {
    use orouter_http::testing::{ScriptedServer, Step, http_response};

    use super::*;

    fn fetcher(address: fn(IpAddr) -> bool) -> UrlFetcher {
        let transport = HyperTransport::new().unwrap();
        let port = |_| true;
        UrlFetcher::with_allowed(transport, Allowed { address, port })
    }

    async fn serve(replies: impl IntoIterator<Item = bytes::Bytes>) -> ScriptedServer {
        let scripts = replies.into_iter().map(|reply| vec![Step::Send(reply)]);
        ScriptedServer::start(scripts).await.unwrap()
    }

    async fn outcome(fetcher: &UrlFetcher, url: &str) -> Result<String, FetchError> {
        fetcher.fetch(url).await.map(|fetched| fetched.media_type)
    }

    #[tokio::test]
    async fn urls_that_lead_into_the_network_are_refused() {
        let server = serve([http_response(
            200,
            &[("content-type", "text/plain")],
            "hush",
        )])
        .await;
        let port = server.address().port();
        let fetcher = UrlFetcher::with_allowed(
            HyperTransport::new().unwrap(),
            Allowed {
                port: |_| true,
                ..Allowed::PUBLIC
            },
        );
        for host in [
            "127.0.0.1",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "127.1",
            "0177.0.0.1",
            "0x7f.0.0.1",
            "0x7f000001",
            "2130706433",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "127.0.0.1.",
            "１２７.0.0.1",
        ] {
            let url = format!("http://{host}:{port}/file");
            assert!(fetcher.fetch(&url).await.is_err(), "{url}");
        }
        assert_eq!(server.accepted_connections(), 0);
    }

    #[tokio::test]
    async fn other_schemes_ports_and_credentials_are_refused() {
        let fetcher = UrlFetcher::new(HyperTransport::new().unwrap());
        for url in [
            "file:///etc/passwd",
            "ftp://example.com/x",
            "gopher://example.com/x",
            "data:text/plain,x",
            "http://example.com:22/",
            "http://example.com:6379/",
            "http://me:pw@example.com/",
            "//example.com/x",
            "",
            &format!("http://example.com/{}", "x".repeat(MAX_URL_BYTES)),
        ] {
            let outcome = fetcher.fetch(url).await.map(drop);
            assert_eq!(outcome, Err(FetchError::Url), "{url}");
        }
    }

    #[tokio::test]
    async fn redirects_are_checked_and_counted() {
        let file = http_response(200, &[("content-type", "text/plain; x=y")], "hello");
        let to = |location: &str| http_response(302, &[("location", location)], "");
        let server = serve([to("/next"), to("next"), file.clone()]).await;
        let fetched = fetcher(|_| true).fetch(&server.url()).await.ok().unwrap();
        assert_eq!(
            (&*fetched.media_type, &*fetched.bytes),
            ("text/plain", &b"hello"[..])
        );
        assert_eq!(server.received()[2].request_line(), "GET /next HTTP/1.1");

        let endless = serve([to("/x")]).await;
        let outcome = outcome(&fetcher(|_| true), &endless.url()).await;
        assert_eq!(outcome, Err(FetchError::Unreachable));
        assert_eq!(endless.received().len(), MAX_REDIRECTS + 1);

        let inner = serve([file]).await;
        let target = inner.url().replace("127.0.0.1", "127.0.0.2");
        let outer = serve([to(&target)]).await;
        let first_only = fetcher(|address| address == IpAddr::from([127, 0, 0, 1]));
        assert!(first_only.fetch(&outer.url()).await.is_err());
        assert_eq!((outer.received().len(), inner.received().len()), (1, 0));
    }

    #[tokio::test]
    async fn size_and_type_are_limited() {
        let typed = |media_type: &str, body: &str| {
            http_response(200, &[("content-type", media_type)], body)
        };
        let long =
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 99999999\r\n\r\n";
        let endless = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n".to_owned()
            + &"x".repeat(MAX_FILE_BYTES + 1);
        for (reply, expected) in [
            (typed("image/png", "x"), Ok("image/png")),
            (typed("Application/PDF", "x"), Ok("application/pdf")),
            (
                typed("application/octet-stream", "%PDF-1.7"),
                Ok("application/pdf"),
            ),
            (
                typed("application/octet-stream", "MZ"),
                Err(FetchError::MediaType),
            ),
            (typed("application/zip", "x"), Err(FetchError::MediaType)),
            (http_response(404, &[], "x"), Err(FetchError::Unreachable)),
            (
                http_response(200, &[("content-encoding", "gzip")], "x"),
                Err(FetchError::Unreachable),
            ),
            (long.into(), Err(FetchError::TooLarge)),
            (endless.into(), Err(FetchError::TooLarge)),
        ] {
            let server = serve([reply]).await;
            let outcome = outcome(&fetcher(|_| true), &server.url()).await;
            assert_eq!(outcome.as_deref().map_err(|error| *error), expected);
        }
    }
}
