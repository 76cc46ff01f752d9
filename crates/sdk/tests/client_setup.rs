//! Setting up a client: key, server, headers, environment, and refused settings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    Error, ErrorKind, MetadataLevel, OpenRouter, OpenRouterBuilder, OpenRouterCore, RequestOptions,
    testing::{ReplayTransport, Reply},
};
use support::{RESPONSE, builder, request};

fn env(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + Send + Sync + use<> {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    move |name| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

/// Returns the one request that a client with these settings sends.
async fn sent(
    builder: OpenRouterBuilder,
    options: RequestOptions,
) -> orouter::transport::HttpRequest {
    let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
    let client = builder.transport(transport.clone()).build().unwrap();
    client
        .responses()
        .create(request())
        .options(options)
        .await
        .unwrap();
    transport.last_request().unwrap()
}

fn refused(builder: OpenRouterBuilder) -> Error {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error
}

#[tokio::test]
async fn the_environment_fills_what_code_leaves_open() {
    let all = env(&[
        ("OPENROUTER_API_KEY", "env-key"),
        ("OPENROUTER_BASE_URL", "https://env.example/v1/"),
        ("OPENROUTER_HTTP_REFERER", "https://env.app"),
        ("OPENROUTER_APP_TITLE", "env title"),
        ("OPENROUTER_APP_CATEGORIES", "a,b"),
    ]);
    let request = sent(OpenRouter::builder().env(all), RequestOptions::new()).await;
    assert_eq!(request.url(), "https://env.example/v1/responses");
    let headers = request.headers();
    assert_eq!(headers["authorization"], "Bearer env-key");
    assert_eq!(headers["http-referer"], "https://env.app");
    assert_eq!(headers["x-openrouter-title"], "env title");
    assert_eq!(headers["x-openrouter-categories"], "a,b");
}

#[tokio::test]
async fn code_wins_over_the_environment_and_a_call_over_both() {
    let all = env(&[
        ("OPENROUTER_API_KEY", "env-key"),
        ("OPENROUTER_BASE_URL", "no url at all"),
        ("OPENROUTER_APP_TITLE", "env title"),
    ]);
    let builder = OpenRouter::builder()
        .env(all)
        .api_key("code-key")
        .server_url("https://code.example/v1")
        .title("code title")
        .header("x-a", "client")
        .header("x-b", "client");
    let options = RequestOptions::new()
        .header("X-B", "call")
        .title("call title")
        .remove_header("x-a");
    let request = sent(builder, options).await;
    assert_eq!(request.url(), "https://code.example/v1/responses");
    let headers = request.headers();
    assert_eq!(headers["authorization"], "Bearer code-key");
    assert_eq!(headers["x-openrouter-title"], "call title");
    assert_eq!(headers["x-b"], "call");
    assert!(!headers.contains_key("x-a"));
}

#[tokio::test]
async fn blank_variables_count_as_not_set() {
    let blank = env(&[("OPENROUTER_BASE_URL", "  "), ("OPENROUTER_APP_TITLE", "")]);
    let request = sent(
        OpenRouter::builder().api_key("k").env(blank),
        RequestOptions::new(),
    )
    .await;
    assert_eq!(request.url(), "https://openrouter.ai/api/v1/responses");
    assert!(!request.headers().contains_key("x-openrouter-title"));
}

#[tokio::test]
async fn any_header_can_be_replaced_or_removed() {
    let options = RequestOptions::new()
        .header("authorization", "Basic xyz")
        .header("user-agent", "mine/1")
        .header("x-unicode", "h\u{e9}llo")
        .remove_header("accept");
    let request = sent(builder(), options).await;
    assert_eq!(request.headers()["authorization"], "Basic xyz");
    assert_eq!(request.headers()["user-agent"], "mine/1");
    assert_eq!(
        request.headers()["x-unicode"].as_bytes(),
        "h\u{e9}llo".as_bytes()
    );
    assert!(!request.headers().contains_key("accept"));
}

#[tokio::test]
async fn a_call_can_go_elsewhere_with_a_query() {
    let options = RequestOptions::new()
        .server_url("https://other.example/other/?x=1#h")
        .query("y", "2 3");
    let request = sent(builder(), options).await;
    assert_eq!(
        request.url(),
        "https://other.example/other/responses?x=1&y=2+3"
    );
    let on_client = builder().options(RequestOptions::new().server_url("http://c/v1"));
    assert_eq!(
        sent(on_client, RequestOptions::new()).await.url(),
        "http://c/v1/responses"
    );
}

#[tokio::test]
async fn later_options_are_laid_over_what_was_set_before() {
    use std::time::Duration;

    use orouter::{RetryConfig, Timeouts};

    let builder = builder()
        .header("x-a", "first")
        .header("x-b", "first")
        .retries(RetryConfig::none())
        .timeouts(Timeouts::default().connect(Duration::from_secs(7)))
        .options(
            RequestOptions::new()
                .query("q", "first")
                .extra_body("m", 1)
                .extra_body("n", 1)
                .server_url("http://first/v1"),
        )
        .options(
            RequestOptions::new()
                .header("x-b", "second")
                .extra_body("n", 2)
                .timeouts(Timeouts::default().idle(Duration::from_secs(1))),
        )
        .options(RequestOptions::new());
    let transport = ReplayTransport::new([Reply::error(503, "{}")]);
    let client = builder.transport(transport.clone()).build().unwrap();
    let error = client.responses().create(request()).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.url(), "http://first/v1/responses?q=first");
    assert_eq!(sent.headers()["x-a"], "first");
    assert_eq!(sent.headers()["x-b"], "second");
    assert_eq!(sent.connect_timeout(), Some(Duration::from_secs(7)));
    let body = String::from_utf8_lossy(sent.body()).into_owned();
    assert!(
        body.contains(r#""m":1"#) && body.contains(r#""n":2"#),
        "{body}"
    );

    let second = RequestOptions::new().server_url("http://second/v1");
    let transport = ReplayTransport::new([Reply::error(400, "{}")]);
    let client = support::builder()
        .title("first")
        .server_url("http://first/v1")
        .options(second.title("second"))
        .title("third")
        .transport(transport.clone())
        .build()
        .unwrap();
    client.responses().create(request()).await.unwrap_err();
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.url(), "http://second/v1/responses");
    assert_eq!(sent.headers()["x-openrouter-title"], "third");

    let broken = support::builder()
        .header("x-bad", "a\nb")
        .options(RequestOptions::new());
    assert!(refused(broken).to_string().contains("x-bad"));
}

#[tokio::test]
async fn metadata_and_cache_become_their_headers() {
    let options = RequestOptions::new()
        .metadata(MetadataLevel::Enabled)
        .cache(true)
        .cache_ttl(std::time::Duration::from_secs(90))
        .cache_clear();
    let request = sent(builder(), options).await;
    let headers = request.headers();
    assert_eq!(headers["x-openrouter-metadata"], "enabled");
    assert_eq!(headers["x-openrouter-cache"], "true");
    assert_eq!(headers["x-openrouter-cache-ttl"], "90");
    assert_eq!(headers["x-openrouter-cache-clear"], "true");
}

#[tokio::test]
async fn a_provider_is_asked_once_a_call_and_its_failure_is_the_calls() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let builder = OpenRouter::builder()
        .env(|_| None)
        .api_key_provider(|| async {
            match ASKED.fetch_add(1, Ordering::SeqCst) {
                0 => Ok("first".to_owned()),
                1 => Ok("second\n".to_owned()),
                _ => Err("vault is sealed"),
            }
        });
    let transport = ReplayTransport::new([
        Reply::error(503, "{}").header("retry-after-ms", "1"),
        Reply::json(RESPONSE),
    ]);
    let client = builder.transport(transport.clone()).build().unwrap();
    client.responses().create(request()).await.unwrap();
    assert_eq!(ASKED.load(Ordering::SeqCst), 1);
    assert!(
        transport
            .requests()
            .iter()
            .all(|r| r.headers()["authorization"] == "Bearer first")
    );

    let error = client.responses().create(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!error.to_string().contains("second"), "{error}");
    let error = client.responses().create(request()).await.unwrap_err();
    assert!(
        format!("{error:?}").contains("vault is sealed"),
        "{error:?}"
    );
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn a_server_that_wants_no_key_gets_none() {
    let builder = OpenRouter::builder()
        .env(env(&[("OPENROUTER_API_KEY", "env-key")]))
        .without_api_key();
    assert!(
        !sent(builder, RequestOptions::new())
            .await
            .headers()
            .contains_key("authorization")
    );
}

#[test]
fn keys_that_cannot_work_are_refused_by_name() {
    let missing = refused(OpenRouter::builder().env(|_| None)).to_string();
    assert!(
        missing.contains("OPENROUTER_API_KEY") && missing.contains("api_key"),
        "{missing}"
    );
    let empty = refused(
        OpenRouter::builder()
            .env(env(&[("OPENROUTER_API_KEY", "k")]))
            .api_key(""),
    );
    assert!(empty.to_string().contains("api_key is empty"), "{empty}");
    let bare = refused(OpenRouter::builder().env(|_| None).api_key("Bearer "));
    assert!(bare.to_string().contains("api_key is empty"), "{bare}");
    for key in ["sk-secret\n", "sk-sec\u{0}ret", "sk-s\u{e9}cret"] {
        let error = refused(OpenRouter::builder().env(|_| None).api_key(key));
        assert!(!error.to_string().contains("sk-s"), "{error}");
    }
    let variable = refused(OpenRouter::builder().env(env(&[("OPENROUTER_API_KEY", "a\nb")])));
    assert!(
        variable.to_string().starts_with("OPENROUTER_API_KEY"),
        "{variable}"
    );
}

#[tokio::test]
async fn urls_that_cannot_work_are_refused_by_name() {
    for url in [
        "",
        "localhost:8080",
        "/api",
        "ftp://x",
        "https://",
        "https://u:p@h/v1",
    ] {
        let error = refused(builder().server_url(url));
        assert!(error.to_string().starts_with("server_url "), "{error}");
        let options = RequestOptions::new().server_url(url);
        let error = refused(builder().options(options.clone()));
        assert!(error.to_string().starts_with("server_url "), "{error}");
        let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
        let client = builder().transport(transport.clone()).build().unwrap();
        let error = support::failure(&client, options).await;
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().starts_with("server_url "), "{error}");
        assert!(transport.requests().is_empty());
    }
    let error = refused(
        OpenRouter::builder()
            .api_key("k")
            .env(env(&[("OPENROUTER_BASE_URL", "x")])),
    );
    assert!(
        error.to_string().starts_with("OPENROUTER_BASE_URL "),
        "{error}"
    );
}

#[tokio::test]
async fn headers_that_cannot_be_sent_are_refused_by_name() {
    let error = refused(builder().header("x-bad", "a\nb"));
    assert!(error.to_string().contains("x-bad"), "{error}");
    refused(builder().header("not a name", "x"));
    refused(builder().title("two\nlines"));
    refused(builder().user_agent("a\nb"));

    let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
    let client = builder().transport(transport.clone()).build().unwrap();
    let options = RequestOptions::new().header("x-bad", "a\r\nx-evil: 1");
    let error = support::failure(&client, options).await;
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(transport.requests().is_empty());
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let client = builder().header("x-token", "hush").build().unwrap();
    let options = RequestOptions::new()
        .header("x-token", "hush")
        .query("token", "hush")
        .extra_body("input", "hush");
    let call = client
        .responses()
        .create(request().input("hush"))
        .options(options.clone());
    let printed = format!(
        "{client:?} {:?} {options:?} {call:?} {:?}",
        client.core(),
        builder().header("x-token", "hush")
    );
    assert!(
        !printed.contains("hush") && !printed.contains("test-key"),
        "{printed}"
    );
    assert!(printed.contains("x-token"), "{printed}");
}

#[test]
fn clients_are_small_shared_and_free_to_move() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<OpenRouter>();
    check::<OpenRouterCore>();
    assert_eq!(size_of::<OpenRouter>(), size_of::<usize>());
    assert_eq!(size_of::<OpenRouterCore>(), size_of::<usize>());
}
