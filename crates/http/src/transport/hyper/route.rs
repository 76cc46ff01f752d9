//! `Routes`: the proxy of a connection, and the tunnel through it.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::{Host, Position, Url};

use crate::transport::{
    proxy::{Choice, Proxies},
    setup_error::TransportSetupError,
};

/// Maximum size of a proxy's reply to `CONNECT`.
const MAX_REPLY_BYTES: usize = 8 << 10;

/// The proxies of a transport.
pub(super) struct Routes {
    proxies: Proxies,
    /// `true` if this machine is reached directly, whatever the proxy.
    direct_loopback: bool,
}

impl Routes {
    pub(super) fn new(choice: &Choice) -> Result<Self, TransportSetupError> {
        let proxies = Proxies::new(choice)?;
        if proxies.schemes().iter().any(|scheme| *scheme != "http") {
            return Err(TransportSetupError::new(
                "this transport uses proxies over http:// only; correct HTTPS_PROXY, HTTP_PROXY and \
                 ALL_PROXY, or the proxy that it was given",
            ));
        }
        Ok(Self {
            proxies,
            direct_loopback: matches!(choice, Choice::Environment),
        })
    }

    /// Returns the proxy for requests to `url`.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<&Url> {
        let proxy = self.proxies.proxy_for(url)?;
        (!self.direct_loopback || !is_loopback(url)).then_some(proxy)
    }

    /// Returns the proxy to which a request without TLS is sent, with the whole URL as its target.
    pub(super) fn forwarding(&self, url: &Url) -> Option<&Url> {
        self.proxy_for(url).filter(|_| url.scheme() != "https")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Returns the header with name and password of a proxy's URL.
pub(super) fn authorization(proxy: &Url) -> Option<HeaderValue> {
    if proxy.username().is_empty() && proxy.password().is_none() {
        return None;
    }
    let mut pair: Vec<u8> = percent_decode_str(proxy.username()).collect();
    pair.push(b':');
    pair.extend(percent_decode_str(proxy.password().unwrap_or_default()));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Opens a tunnel through a proxy to the server of `url`.
pub(super) async fn open_tunnel(stream: &mut TcpStream, proxy: &Url, url: &Url) -> io::Result<()> {
    let host = &url[Position::BeforeHost..Position::AfterHost];
    let port = url.port_or_known_default().unwrap_or(443);
    let mut head =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n").into_bytes();
    if let Some(value) = authorization(proxy) {
        head.extend_from_slice(b"proxy-authorization: ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all(&head).await?;
    let mut reply = Vec::new();
    while !reply.ends_with(b"\r\n\r\n") {
        // The server speaks after the client, so no bytes follow the head of the reply.
        if reply.len() >= MAX_REPLY_BYTES || stream.read_buf(&mut reply).await? == 0 {
            return Err(io::Error::other("the proxy's reply cannot be read"));
        }
    }
    let status = reply.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    match (reply.starts_with(b"HTTP/1."), status) {
        (true, [b'2', _, _]) => Ok(()),
        (true, b"407") => Err(io::Error::other("the proxy demands a name and a password")),
        _ => Err(io::Error::other(
            "the proxy does not open a tunnel to the server",
        )),
    }
}
