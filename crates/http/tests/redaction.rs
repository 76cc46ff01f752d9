//! The secrets of a request are hidden in the text of a server, in every form that it may quote.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::borrow::Cow;

use http::HeaderMap;
use orouter_http::redact::{AddedCredentials, Credentials, Secrets};
use url::Url;

/// Maximum length of the text that is searched, in bytes.
const SEARCHED_BYTES: usize = 64 << 10;

fn secrets(headers: &[(&'static str, &str)]) -> Secrets {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    Credentials::new(
        &map,
        &Url::parse("https://host/?api-key=from-the-query").unwrap(),
        &AddedCredentials::default(),
    )
    .secrets()
}

#[test]
fn credentials_are_hidden_in_each_form() {
    let secrets = secrets(&[
        ("authorization", "Bearer my-company-token"),
        ("proxy-authorization", "Basic bWU6aHVudGVyMg=="),
        ("cookie", "session=0123-4567; theme=dark"),
        ("x-api-key", "correct horse battery"),
        ("x-trace", "trace-0123456789"),
        ("accept", "application/json"),
    ]);
    for (text, shown) in [
        ("no my-company-token here", "no (key hidden) here"),
        ("'Bearer my-company-token'", "'(key hidden)'"),
        (
            "my-company-tokenmy-company-token",
            "(key hidden)(key hidden)",
        ),
        ("Basic bWU6aHVudGVyMg==", "(key hidden)"),
        ("in a URL: bWU6aHVudGVyMg%3D%3D", "in a URL: (key hidden)"),
        ("session 0123-4567", "session (key hidden)"),
        ("correct  horse\n battery", "(key hidden)"),
        ("/correct%20horse%20battery/", "/(key hidden)/"),
        ("/?k=correct+horse+battery", "/?k=(key hidden)"),
        ("from-the-query", "(key hidden)"),
        ("dark trace-0123456789", "dark trace-0123456789"),
        ("application/json", "application/json"),
    ] {
        assert_eq!(secrets.hide(text), shown);
    }
}

#[test]
fn short_keys_leave_messages_readable() {
    let (five, six) = (
        secrets(&[("authorization", "Bearer model")]),
        secrets(&[("authorization", "Bearer ollama")]),
    );
    assert_eq!(five.hide("no such model"), "no such model");
    assert_eq!(
        six.hide("ollama: no ollamas, 'ollama'"),
        "(key hidden): no ollamas, '(key hidden)'"
    );
}

#[test]
fn the_start_of_a_cut_key_is_hidden() {
    let secrets = secrets(&[("authorization", "Bearer my-company-token")]);
    assert_eq!(secrets.hide("key my-company-to…"), "key (key hidden)…");
    assert_eq!(secrets.hide("(my-company…, a…"), "((key hidden)…, a…");
    assert_eq!(secrets.hide("key my-co…"), "key my-co…");
    assert_eq!(secrets.hide("key my-company-to"), "key my-company-to");
    let long = format!("{} my-company-token", "x".repeat(SEARCHED_BYTES - 12));
    let shown = secrets.hide(&long);
    assert!(
        shown.ends_with("x (key hidden)…"),
        "{}",
        &shown[SEARCHED_BYTES - 20..]
    );
    let none = Secrets::default();
    assert!(matches!(none.hide(&long), Cow::Borrowed(_)));
}
