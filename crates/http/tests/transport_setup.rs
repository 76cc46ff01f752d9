//! Settings of the transport: those that cannot be used fail in `build`, with a message that names them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::error::Error as _;

use orouter_http::transport::{ReqwestTransport, ReqwestTransportBuilder, TransportSetupError};

fn failure(builder: ReqwestTransportBuilder) -> TransportSetupError {
    builder.build().unwrap_err()
}

#[test]
fn a_proxy_that_cannot_be_used_is_an_error_without_its_credentials() {
    let builder = ReqwestTransport::builder;
    for url in [
        "",
        "proxy:8080",
        "ftp://proxy",
        "file:///x",
        "socks6://p",
        "http://",
        "http://p:0",
        "http://p/x",
        "http://me:hush@",
        "name:hush@ proxy:80",
    ] {
        let error = failure(builder().proxy(url));
        let printed = format!("{error} {error:?} {error:#?}");
        assert!(
            printed.contains("proxy") && !printed.contains("hush"),
            "{printed}"
        );
        assert!(error.source().is_none());
    }
    let socks = builder().proxy("socks5://127.0.0.1:1080").build();
    assert_eq!(socks.is_ok(), cfg!(feature = "socks"));
}

#[test]
fn the_last_choice_of_a_proxy_counts() {
    let builder = ReqwestTransport::builder;
    builder().proxy("").no_proxy().build().unwrap();
    builder().proxy("").proxy("http://p").build().unwrap();
    failure(builder().no_proxy().proxy(""));
}

#[cfg(feature = "http2")]
#[test]
fn http1_only_and_http2_only_exclude_each_other() {
    let versions = |http1: bool, http2: bool| {
        let builder = ReqwestTransport::builder().no_proxy();
        builder.http1_only(http1).http2_only(http2)
    };
    let text = failure(versions(true, true)).to_string();
    assert!(
        text.contains("http1_only") && text.contains("http2_only"),
        "{text}"
    );
    for (http1, http2) in [(true, false), (false, true), (false, false)] {
        versions(http1, http2).build().unwrap();
    }
}

#[cfg(feature = "rustls")]
#[test]
fn pem_without_a_certificate_is_an_error_with_its_cause() {
    let builder = || ReqwestTransport::builder().no_proxy();
    for (option, builder) in [
        (
            "root_certificates_pem",
            builder().root_certificates_pem("none"),
        ),
        (
            "client_certificate_pem",
            builder().client_certificate_pem("none"),
        ),
    ] {
        let error = failure(builder);
        assert_eq!(error.to_string(), format!("{option} cannot be used"));
        let (message, source) = error.into_parts();
        assert!(message.contains(option));
        assert_eq!(source.unwrap().to_string(), "no certificate in the PEM");
    }
}
