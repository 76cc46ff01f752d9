//! TLS against a real server: trusted certificates, and the client's own.
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

use orouter::{
    Error, ErrorKind, Response, RetryConfig,
    testing::{ScriptedServer, Step, http_response},
    transport::{ReqwestTransport, ReqwestTransportBuilder},
};
use support::{RESPONSE, assert_presentable, builder, request, soon};
use tls::{Authority, TlsServer};

const HERE: &str = "127.0.0.1";

fn direct() -> ReqwestTransportBuilder {
    ReqwestTransport::builder().no_proxy()
}

async fn call(transport: ReqwestTransportBuilder, url: String) -> Result<Response, Error> {
    let client = builder()
        .transport(transport.build().unwrap())
        .server_url(url)
        .retries(RetryConfig::none())
        .build()
        .unwrap();
    soon(client.responses().create(request())).await
}

/// Returns the error of a call. Asserts that the request was not sent.
async fn refused(transport: ReqwestTransportBuilder, server: &TlsServer) -> String {
    let error = call(transport, server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(!error.maybe_billed() && error.is_retryable());
    assert_presentable(&error);
    assert!(server.received().is_empty());
    format!("{error:?}")
}

#[tokio::test]
async fn an_unknown_authority_is_refused_and_one_that_was_given_is_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = TlsServer::start(&authority.identity(HERE), None, RESPONSE).await;
    let message = refused(direct(), &server).await;
    assert!(
        message.contains("certificate") && message.contains("UnknownIssuer"),
        "{message}"
    );
    refused(direct().root_certificates_pem(&other.pem), &server).await;

    let both = direct()
        .root_certificates_pem(&other.pem)
        .root_certificates_pem(authority.pem.trim_end());
    for transport in [direct().root_certificates_pem(&authority.pem), both] {
        let response = call(transport, server.url()).await.unwrap();
        assert_eq!(response.output_text(), "Hello");
    }
    assert!(server.received()[0].contains("authorization: Bearer test-key"));
}

#[tokio::test]
async fn a_certificate_for_another_name_or_time_is_refused() {
    let authority = Authority::new();
    for (identity, reason) in [
        (authority.identity("other.example"), "not valid for"),
        (authority.expired(HERE), "expired"),
    ] {
        let server = TlsServer::start(&identity, None, RESPONSE).await;
        let transport = direct().root_certificates_pem(&authority.pem);
        let message = refused(transport, &server).await;
        assert!(message.contains(reason), "{message}");
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_those_who_ask() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let identity = authority.identity(HERE);
    let server = TlsServer::start(&identity, Some(&clients), RESPONSE).await;
    let trusting = || direct().root_certificates_pem(&authority.pem);

    let known = clients.identity("client").pem();
    let response = call(trusting().client_certificate_pem(known), server.url()).await;
    assert_eq!(response.unwrap().output_text(), "Hello");

    let unknown = authority.identity("client").pem();
    for transport in [trusting(), trusting().client_certificate_pem(unknown)] {
        let error = call(transport, server.url()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(format!("{error:?}").contains("alert"), "{error:?}");
        assert!(!error.maybe_billed());
        assert_presentable(&error);
    }
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_named() {
    let listener = tokio::net::TcpListener::bind((HERE, 0)).await.unwrap();
    let url = format!("https://{}/api/v1", listener.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await;
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let error = call(direct(), url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
}

#[test]
fn what_is_no_pem_is_refused_on_the_spot() {
    let identity = Authority::new().identity("client");
    for transport in [
        direct().root_certificates_pem("no certificate"),
        direct().root_certificates_pem(&identity.key),
        direct().client_certificate_pem("no certificate"),
        direct().client_certificate_pem(&identity.certificate),
        direct().client_certificate_pem(&identity.key),
    ] {
        let error = Error::from(transport.build().unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(!format!("{error:?}").contains("BEGIN"), "{error:?}");
    }
}

/// The variable with the task of the test's child process.
const CHILD: &str = "OROUTER_TEST_TLS_CALL";

#[tokio::test]
async fn the_systems_certificates_are_those_of_the_environment() {
    const SELF: &str = "the_systems_certificates_are_those_of_the_environment";
    if let Ok(url) = std::env::var(CHILD) {
        match call(ReqwestTransport::builder(), url).await {
            Ok(response) => eprintln!("said {}", response.output_text()),
            Err(error) => eprintln!("failed {} {error:?}", error.kind()),
        }
        return;
    }
    let authority = Authority::new();
    let server = TlsServer::start(&authority.identity(HERE), None, RESPONSE).await;
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = format!("{folder}/authority-{}.pem", std::process::id());
    std::fs::write(&file, &authority.pem).unwrap();
    let url = server.url();
    let printed = support::again(SELF, &[(CHILD, &url), ("SSL_CERT_FILE", &file)]).await;
    std::fs::remove_file(&file).unwrap();
    assert!(printed.contains("said Hello"), "{printed}");

    // A system without certificates: plain HTTP works, and the TLS error names what is missing.
    let none = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
    let printed = support::again(SELF, &[&[(CHILD, url.as_str())][..], &none].concat()).await;
    assert!(printed.contains("failed connect"), "{printed}");
    assert!(printed.contains("root_certificates_pem"), "{printed}");
    let json = [
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    let plain = [vec![
        Step::send(http_response(200, &json, RESPONSE)),
        Step::Close,
    ]];
    let plain = ScriptedServer::start(plain).await.unwrap();
    let url = plain.url();
    let printed = support::again(SELF, &[&[(CHILD, url.as_str())][..], &none].concat()).await;
    assert!(printed.contains("said Hello"), "{printed}");
}
