//! TLS by the operating system's library, against a real server: trusted certificates and negotiated
//! protocol. If the feature `rustls` is on as well, rustls is used, and `tls.rs` has the tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
// On other systems a test cannot set the trusted certificates.
#![cfg(all(feature = "native-tls", not(feature = "rustls"), target_os = "linux"))]

#[cfg(feature = "http2")]
#[path = "support/http2.rs"]
mod http2;
mod support;
#[path = "support/tls.rs"]
mod tls;

use support::{RESPONSE, assert_presentable, builder, request, soon};
use tls::{Authority, Identity, TlsServer};

const HERE: &str = "127.0.0.1";

/// The variable with the task of a test's child process.
const CHILD: &str = "OROUTER_TEST_TLS_CALL";

/// Makes the call of a child process. Returns `false` in the parent.
async fn called() -> bool {
    let Ok(url) = std::env::var(CHILD) else {
        return false;
    };
    let client = builder().server_url(url).build().unwrap();
    match soon(client.responses().create(request())).await {
        Ok(response) => eprintln!("said {}", response.output_text()),
        Err(error) => {
            assert_presentable(&error);
            assert!(!error.maybe_billed() && error.is_retryable());
            eprintln!("failed {} {error}", error.kind());
        }
    }
    true
}

/// Returns the output of a call to `url` on a system that trusts only this authority.
async fn call(test: &str, url: &str, authority: &Authority) -> String {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = format!("{folder}/{test}-{}.pem", std::process::id());
    std::fs::write(&file, &authority.pem).unwrap();
    let printed = support::again(test, &[(CHILD, url), ("SSL_CERT_FILE", &file)]).await;
    std::fs::remove_file(&file).unwrap();
    printed
}

#[tokio::test]
async fn the_systems_authorities_are_trusted_and_no_others() {
    const SELF: &str = "the_systems_authorities_are_trusted_and_no_others";
    if called().await {
        return;
    }
    let (authority, other) = (Authority::new(), Authority::new());
    let start = async |identity: &Identity| TlsServer::start(identity, None, RESPONSE).await;
    let server = start(&authority.identity(HERE)).await;
    let printed = call(SELF, &server.url(), &authority).await;
    assert!(printed.contains("said Hello"), "{printed}");
    assert!(server.received()[0].contains("authorization: Bearer test-key"));

    let elsewhere = start(&authority.identity("other.example")).await;
    let expired = start(&authority.expired(HERE)).await;
    for (server, authority) in [
        (&server, &other),
        (&elsewhere, &authority),
        (&expired, &authority),
    ] {
        let before = server.received().len();
        let printed = call(SELF, &server.url(), authority).await;
        assert!(printed.contains("failed connect"), "{printed}");
        assert!(printed.contains("certificate"), "{printed}");
        assert_eq!(server.received().len(), before);
    }
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn http2_is_agreed_on() {
    use http2::{Http2Server, Seen, Step};

    const SELF: &str = "http2_is_agreed_on";
    if called().await {
        return;
    }
    let authority = Authority::new();
    let head = Step::Head("application/json", None);
    let script = vec![head, Step::Data(RESPONSE.to_owned()), Step::End];
    let server = Http2Server::start(&authority, [script]).await;
    let printed = call(SELF, &server.url(), &authority).await;
    assert!(printed.contains("said Hello"), "{printed}");
    let all = [Seen::Connection("h2".to_owned()), Seen::Request(1)];
    assert_eq!(server.seen(), all);
}
