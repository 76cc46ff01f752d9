//! TLS of the transport over hyper: verification, reuse, tunnels, given addresses.
#![cfg(all(feature = "hyper", feature = "rustls"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{
    future::poll_fn,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::Method;
use orouter_http::transport::{HttpRequest, HttpResponse, HyperTransport, Transport};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// A server with TLS that answers each request with its own request line.
struct Server {
    address: SocketAddr,
    certificate: String,
    handshakes: Arc<AtomicUsize>,
}

impl Server {
    async fn start(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let handshakes = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&handshakes);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, counted) = (acceptor.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(socket).await else {
                        return;
                    };
                    counted.fetch_add(1, Ordering::SeqCst);
                    let mut request = Vec::new();
                    while let Ok(1..) = stream.read_buf(&mut request).await {
                        if !request.ends_with(b"\r\n\r\n") {
                            continue;
                        }
                        let line = String::from_utf8_lossy(&request);
                        let line = line.lines().next().unwrap_or_default();
                        let length = line.len();
                        let reply =
                            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{line}");
                        stream.write_all(reply.as_bytes()).await.unwrap();
                        request.clear();
                    }
                });
            }
        });
        Self {
            address,
            certificate,
            handshakes,
        }
    }

    fn handshakes(&self) -> usize {
        self.handshakes.load(Ordering::SeqCst)
    }

    fn get(&self, host: &str) -> HttpRequest {
        let url = format!("https://{host}:{}/v1/x", self.address.port());
        HttpRequest::new(Method::GET, url.parse().unwrap())
    }
}

async fn text(mut response: HttpResponse) -> String {
    let mut text = Vec::new();
    while let Some(chunk) = poll_fn(|cx| response.body_mut().poll_chunk(cx)).await {
        text.extend_from_slice(&chunk.unwrap());
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn the_certificate_is_verified_and_the_connection_reused() {
    let server = Server::start("localhost").await;
    let builder = || HyperTransport::builder().no_proxy();
    let trusting = builder()
        .root_certificates_pem(&server.certificate)
        .build()
        .unwrap();
    for _ in 0..3 {
        let response = trusting.send(server.get("localhost")).await.unwrap();
        assert_eq!(text(response).await, "GET /v1/x HTTP/1.1");
    }
    assert_eq!(server.handshakes(), 1);
    let error = trusting.send(server.get("127.0.0.1")).await.unwrap_err();
    assert!(error.is_connect(), "another name: {error:?}");
    let error = builder()
        .build()
        .unwrap()
        .send(server.get("localhost"))
        .await
        .unwrap_err();
    assert!(error.is_connect(), "unknown issuer: {error:?}");
    assert!(builder().root_certificates_pem("nonsense").build().is_err());
}

#[tokio::test]
async fn a_given_address_does_not_change_the_verified_name() {
    let server = Server::start("files.example").await;
    let transport = HyperTransport::builder()
        .root_certificates_pem(&server.certificate)
        .build()
        .unwrap();
    let response = transport
        .send_to(server.address, server.get("files.example"))
        .await
        .unwrap();
    assert_eq!(text(response).await, "GET /v1/x HTTP/1.1");
    let other = transport
        .send_to(server.address, server.get("other.example"))
        .await;
    assert!(other.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_tunnel_carries_tls_to_the_server() {
    let server = Server::start("api.example").await;
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://me:pw@{}", proxy.local_addr().unwrap());
    let target = server.address;
    let seen = tokio::spawn(async move {
        let (socket, _) = proxy.accept().await.unwrap();
        let mut socket = BufReader::new(socket);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(socket.read_line(&mut head).await.unwrap() > 0);
        }
        socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut upstream = TcpStream::connect(target).await.unwrap();
        tokio::spawn(async move { copy_bidirectional(&mut socket, &mut upstream).await });
        head
    });
    let transport = HyperTransport::builder()
        .proxy(url)
        .root_certificates_pem(&server.certificate)
        .build()
        .unwrap();
    for _ in 0..2 {
        let response = transport.send(server.get("api.example")).await.unwrap();
        assert_eq!(text(response).await, "GET /v1/x HTTP/1.1");
    }
    let head = seen.await.unwrap();
    let port = server.address.port();
    assert!(
        head.starts_with(&format!("CONNECT api.example:{port} HTTP/1.1\r\n")),
        "{head}"
    );
    assert!(
        head.contains("proxy-authorization: Basic bWU6cHc=\r\n"),
        "{head}"
    );
    assert_eq!(server.handshakes(), 1);
}
