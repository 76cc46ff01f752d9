//! Unusable environment variables: the error names the variable and the option, and is returned only
//! if the variable is needed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{ErrorKind, OpenRouter, OpenRouterBuilder, RequestOptions};

/// Returns a builder that sees only these variables.
fn over(variables: &'static [(&'static str, &'static str)]) -> OpenRouterBuilder {
    OpenRouter::builder().env(|name| {
        let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
        Some((*value).to_owned())
    })
}

fn message(builder: OpenRouterBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[test]
fn what_is_wrong_with_a_variable_is_said_with_its_name_and_its_option() {
    for (variables, option) in [
        (&[("OPENROUTER_HTTP_REFERER", "a\nb")][..], "referer"),
        (&[("OPENROUTER_APP_TITLE", "a\nb")], "title"),
        (&[("OPENROUTER_APP_CATEGORIES", "a\u{7f}b")], "categories"),
        (&[("OPENROUTER_BASE_URL", "localhost")], "server_url"),
    ] {
        let message = message(over(variables).api_key("k"));
        let origin = format!("{} ({option})", variables[0].0);
        assert!(message.starts_with(&origin), "{message}");
    }
    let message = message(over(&[("OPENROUTER_API_KEY", "a\nb")]));
    assert!(
        message.starts_with("OPENROUTER_API_KEY (api_key)"),
        "{message}"
    );
}

#[test]
fn a_blank_key_is_told_from_one_that_is_not_set() {
    for blank in ["", " ", "\t \r\n", "\u{a0}", "Bearer", "bearer  "] {
        let variables = Box::leak(Box::new([("OPENROUTER_API_KEY", blank)]));
        let message = message(over(variables));
        assert!(
            message.starts_with("OPENROUTER_API_KEY (api_key) is empty"),
            "{blank:?}: {message}"
        );
        // A variable that is not needed is not read.
        over(variables).without_api_key().build().unwrap();
        over(variables).api_key("k").build().unwrap();
    }
    let message = message(over(&[]));
    assert!(
        message.starts_with("no API key: set OPENROUTER_API_KEY"),
        "{message}"
    );
    let message = self::message(support::builder().api_key(" \n"));
    assert!(message.starts_with("api_key is empty"), "{message}");
}

#[test]
fn an_option_is_named_where_it_is_what_is_wrong() {
    for (builder, option) in [
        (support::builder().referer("a\nb"), "referer"),
        (support::builder().title("a\nb"), "title"),
        (support::builder().categories("a\nb"), "categories"),
    ] {
        let message = message(builder);
        assert!(message.starts_with(&format!("{option}: ")), "{message}");
    }
}

#[test]
fn a_variable_that_code_overrides_need_not_be_usable() {
    let all = &[
        ("OPENROUTER_HTTP_REFERER", "a\nb"),
        ("OPENROUTER_APP_TITLE", "a\nb"),
        ("OPENROUTER_APP_CATEGORIES", "a\nb"),
        ("OPENROUTER_BASE_URL", "nowhere"),
        ("OPENROUTER_API_KEY", "a\nb"),
    ];
    let builder = over(all)
        .api_key("k")
        .server_url("http://127.0.0.1:1/api/v1")
        .title("mine")
        .options(RequestOptions::new().referer("https://mine.example"))
        .options(RequestOptions::new().remove_header("x-openrouter-categories"));
    builder.build().unwrap();
}

/// The variable with the task of the test's child process.
#[cfg(unix)]
const CHILD: &str = "OROUTER_TEST_NOT_UNICODE";

/// The URL matters most: without it requests would go to the hosted service.
#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_not_unicode_is_refused_by_name() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    if std::env::var_os(CHILD).is_some() {
        eprintln!("said {}", OpenRouter::builder().build().unwrap_err());
        // A variable that is not needed is not read.
        let needless = OpenRouter::builder()
            .api_key("k")
            .server_url("http://127.0.0.1:1/api/v1")
            .title("t")
            .referer("r")
            .categories("c")
            .debug_log(|_| {});
        needless.build().unwrap();
        return;
    }
    let test = "a_variable_that_is_not_unicode_is_refused_by_name";
    for (variable, option) in [
        ("OPENROUTER_API_KEY", "api_key"),
        ("OPENROUTER_BASE_URL", "server_url"),
        ("OPENROUTER_HTTP_REFERER", "referer"),
        ("OPENROUTER_APP_TITLE", "title"),
        ("OPENROUTER_APP_CATEGORIES", "categories"),
        ("OPENROUTER_DEBUG", "debug_log"),
    ] {
        let environment = [
            (CHILD, OsStr::new("1")),
            ("OPENROUTER_API_KEY", OsStr::new("k")),
            (variable, OsStr::from_bytes(b"http://h/\xff")),
        ];
        let printed = support::again(test, &environment).await;
        let said = format!("said {variable} ({option}) is not Unicode");
        assert!(printed.contains(&said), "{printed}");
    }
}
