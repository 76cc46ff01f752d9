//! Proxies, set in code and by the environment: which requests use them, and what they can read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "rustls")]

mod support;
#[path = "support/tls.rs"]
mod tls;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use orouter::{
    Error, ErrorKind, Response, RetryConfig,
    testing::{ScriptedServer, Step, http_response},
    transport::{ReqwestTransport, ReqwestTransportBuilder},
};
use support::{RESPONSE, again, assert_presentable, builder, request, soon};
use tls::{Authority, TlsServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

async fn call(transport: ReqwestTransportBuilder, url: String) -> Result<Response, Error> {
    let client = builder()
        .transport(transport.build().unwrap())
        .server_url(url)
        .retries(RetryConfig::none())
        .build()
        .unwrap();
    soon(client.responses().create(request())).await
}

/// Starts a server, or a proxy that responds in place of the server.
async fn answering(status: u16) -> ScriptedServer {
    let headers = [
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    let answer = http_response(status, &headers, RESPONSE);
    ScriptedServer::start([vec![Step::send(answer), Step::Close]])
        .await
        .unwrap()
}

fn through(proxy: SocketAddr) -> ReqwestTransportBuilder {
    ReqwestTransport::builder().proxy(format!("http://{proxy}"))
}

/// A proxy that opens every requested tunnel and records the requests.
struct Tunnel {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Tunnel {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            while let Ok((mut inner, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(inner.read_u8().await.unwrap());
                    }
                    let head = String::from_utf8(head).unwrap();
                    let target = head.split(' ').nth(1).unwrap().to_owned();
                    seen.lock().unwrap().push(head);
                    let mut outer = TcpStream::connect(target).await.unwrap();
                    inner.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut inner, &mut outer).await;
                });
            }
        });
        Self {
            address,
            heads,
            task,
        }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn plain_http_is_handed_to_the_proxy() {
    let proxy = answering(200).await;
    // Only the proxy would have to resolve this name.
    let url = "http://upstream.invalid/api/v1";
    let response = call(through(proxy.address()), url.to_owned())
        .await
        .unwrap();
    assert_eq!(response.output_text(), "Hello");
    let received = &proxy.received()[0];
    assert_eq!(
        received.request_line(),
        "POST http://upstream.invalid/api/v1/responses HTTP/1.1"
    );
    assert_eq!(received.header("host"), Some("upstream.invalid"));
    assert_eq!(received.body, r#"{"model":"m","input":"hi"}"#);
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_and_the_proxy_sees_no_key() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority.identity("127.0.0.1"), None, RESPONSE).await;
    let proxy = Tunnel::start().await;
    let transport = ReqwestTransport::builder()
        .proxy(format!("http://name:pass%21word@{}", proxy.address))
        .root_certificates_pem(&authority.pem);
    let response = call(transport, server.url()).await.unwrap();
    assert_eq!(response.output_text(), "Hello");
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1);
    let head = heads[0].to_lowercase();
    assert!(
        head.starts_with(&format!("connect {} http/1.1", server.address)),
        "{head}"
    );
    // `name:pass!word`
    let credentials = "Basic bmFtZTpwYXNzIXdvcmQ=";
    assert!(heads[0].contains(credentials), "{}", heads[0]);
    assert!(!head.contains("test-key"), "{head}");
    let inner = &server.received()[0];
    assert!(inner.contains("Bearer test-key"), "{inner}");
    assert!(
        !inner.to_lowercase().contains("proxy-authorization"),
        "{inner}"
    );
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_not_there_is_a_connect_error() {
    let refusing = answering(407).await;
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for proxy in [refusing.address(), gone] {
        let transport = ReqwestTransport::builder().proxy(format!("http://name:hush@{proxy}"));
        let url = "https://upstream.invalid/api/v1".to_owned();
        let error = call(transport, url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(error.to_string().contains("proxy"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        assert!(!error.maybe_billed());
        assert_presentable(&error);
    }
    // Over plain HTTP a proxy's refusal is an ordinary response.
    let url = "http://upstream.invalid/api/v1".to_owned();
    let error = call(through(refusing.address()), url).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::OtherStatus, 407)
    );
}

/// The variable with the task of the test's child process: the URL and the settings.
const CHILD: &str = "OROUTER_TEST_PROXY_CALL";
const DIRECT: &str = "OROUTER_TEST_PROXY_DIRECT";

#[tokio::test]
async fn the_environment_names_proxies_and_exceptions() {
    const SELF: &str = "the_environment_names_proxies_and_exceptions";
    if let Ok(url) = std::env::var(CHILD) {
        let mut transport = ReqwestTransport::builder();
        if std::env::var_os(DIRECT).is_some() {
            transport = transport.no_proxy();
        }
        // The servers record whether the request arrives.
        let _ = call(transport, url).await;
        return;
    }
    let proxy = answering(200).await;
    // A server that closes every connection: the test only counts connections.
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = server.local_addr().unwrap().to_string();
    let visitors = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&visitors);
    tokio::spawn(async move {
        while server.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let http = format!("http://{host}/api/v1");
    let https = format!("https://{host}/api/v1");
    let via = format!("http://{}", proxy.address());
    let via = via.as_str();
    let mut proxied = 0;
    for (url, environment, through_proxy) in [
        (&http, &[("HTTP_PROXY", via)][..], true),
        (&http, &[("http_proxy", via)], true),
        (&http, &[("ALL_PROXY", via)], true),
        (&http, &[("all_proxy", via)], true),
        (&http, &[("HTTPS_PROXY", via)], false),
        (&https, &[("HTTPS_PROXY", via)], true),
        (&https, &[("https_proxy", via)], true),
        (&https, &[("ALL_PROXY", via)], true),
        (&https, &[("HTTP_PROXY", via)], false),
        (
            &http,
            &[("HTTP_PROXY", via), ("NO_PROXY", "127.0.0.1")],
            false,
        ),
        (
            &http,
            &[
                ("HTTP_PROXY", via),
                ("no_proxy", "example.com, 127.0.0.0/8"),
            ],
            false,
        ),
        (&http, &[("HTTP_PROXY", via), ("NO_PROXY", "*")], false),
        (
            &http,
            &[("HTTP_PROXY", via), ("NO_PROXY", "example.com")],
            true,
        ),
        (
            &http,
            &[("HTTP_PROXY", via), ("REQUEST_METHOD", "GET")],
            false,
        ),
        (&http, &[("HTTP_PROXY", via), (DIRECT, "1")], false),
        (&http, &[("HTTP_PROXY", "")], false),
    ] {
        let before = visitors.load(Ordering::SeqCst);
        let environment = [&[(CHILD, url.as_str())][..], environment].concat();
        again(SELF, &environment).await;
        proxied += usize::from(through_proxy);
        assert_eq!(proxy.received().len(), proxied, "{environment:?}");
        let direct = visitors.load(Ordering::SeqCst) > before;
        assert_eq!(direct, !through_proxy, "{environment:?}");
    }
    // For a server with TLS the proxy sees only the host name.
    let tunnels = proxy.received();
    let tunnels = tunnels
        .iter()
        .filter(|request| request.request_line().starts_with("CONNECT"));
    for tunnel in tunnels {
        assert_eq!(tunnel.request_line(), format!("CONNECT {host} HTTP/1.1"));
        assert_eq!(tunnel.header("authorization"), None);
    }
}
