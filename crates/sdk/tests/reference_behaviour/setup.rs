//! Keys, headers and the environment: B2, B3, B4, B29.

use orouter::{
    ErrorKind, MetadataLevel, OpenRouter, OpenRouterBuilder, RequestOptions,
    testing::{ReplayTransport, Reply, ScriptedServer, Step, http_response},
};

use crate::support::{RESPONSE, again, builder, events, request};

/// Returns the headers of the one request that a client with these settings sends.
async fn headers(builder: OpenRouterBuilder, options: RequestOptions) -> http::HeaderMap {
    let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
    let client = builder.transport(transport.clone()).build().unwrap();
    let call = client.responses().send(request()).options(options);
    call.await.unwrap();
    transport.last_request().unwrap().headers().clone()
}

#[tokio::test]
async fn b02_a_stream_is_asked_for_and_a_calls_attribution_wins() {
    let transport = ReplayTransport::new([Reply::events(events())]);
    let client = builder()
        .referer("https://client.example")
        .title("client")
        .categories("cli,chat")
        .transport(transport.clone())
        .build()
        .unwrap();
    let options = RequestOptions::new()
        .referer("https://call.example")
        .title("")
        .metadata(MetadataLevel::Enabled);
    let call = client.responses().send(request().stream(true));
    call.options(options).await.unwrap();

    let sent = transport.last_request().unwrap();
    let headers = sent.headers();
    assert_eq!(headers["accept"], "text/event-stream");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["http-referer"], "https://call.example");
    // An empty value is sent, and replaces the client's.
    assert_eq!(headers["x-openrouter-title"], "");
    assert_eq!(headers["x-openrouter-categories"], "cli,chat");
    assert_eq!(headers["x-openrouter-metadata"], "enabled");
    assert!(!headers.contains_key("cookie"));
}

/// The three sources of a key.
fn key_sources(key: &'static str) -> [OpenRouterBuilder; 3] {
    let variable = move |name: &str| (name == "OPENROUTER_API_KEY").then(|| key.to_owned());
    let empty = || OpenRouter::builder().env(|_| None);
    [
        empty().api_key(key),
        empty().api_key_provider(move || async move { Ok::<_, std::io::Error>(key.to_owned()) }),
        OpenRouter::builder().env(variable),
    ]
}

#[tokio::test]
async fn b03_a_key_becomes_a_bearer_value_wherever_it_comes_from() {
    for (key, sent) in [
        ("k", "Bearer k"),
        ("bearer zz", "bearer zz"),
        ("Bearer zz", "Bearer zz"),
        ("BEARER zz", "BEARER zz"),
    ] {
        for builder in key_sources(key) {
            let headers = headers(builder, RequestOptions::new()).await;
            assert_eq!(headers["authorization"], sent);
        }
    }
}

#[tokio::test]
async fn b03_an_empty_key_is_an_error_and_never_an_anonymous_request() {
    for builder in key_sources("") {
        let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
        let error = match builder.transport(transport.clone()).build() {
            Err(error) => error,
            // The call calls the provider.
            Ok(client) => client.responses().send(request()).await.unwrap_err(),
        };
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("OPENROUTER_API_KEY"), "{error}");
        assert!(transport.requests().is_empty());
    }
}

#[tokio::test]
async fn b04_a_callers_headers_win_over_the_crates_own() {
    let sent = headers(
        builder().user_agent("option/1"),
        RequestOptions::new()
            .header("Authorization", "Basic xyz")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Accept", "*/*"),
    )
    .await;
    assert_eq!(sent["user-agent"], "option/1");
    assert_eq!(sent["authorization"], "Basic xyz");
    assert_eq!(sent["content-type"], "application/json; charset=utf-8");
    assert_eq!(sent["accept"], "*/*");
    assert_eq!(sent.get_all("authorization").iter().count(), 1);

    let title = "\u{65e5}\u{672c} \u{1f600}";
    let sent = headers(builder(), RequestOptions::new().title(title)).await;
    assert_eq!(sent["x-openrouter-title"].as_bytes(), title.as_bytes());

    let agent = RequestOptions::new().header("user-agent", "call/1");
    let sent = headers(builder().user_agent("option/1"), agent).await;
    assert_eq!(sent["user-agent"], "call/1");
}

/// The variable with the task of the test's child process.
const CHILD: &str = "OROUTER_TEST_CALL_FROM_ENVIRONMENT";

#[tokio::test]
async fn b29_the_environment_sets_up_a_client_and_false_is_off() {
    if std::env::var_os(CHILD).is_some() {
        let client = OpenRouter::from_env().unwrap();
        client.responses().send(request()).await.unwrap();
        return;
    }
    let json = [("content-type", "application/json")];
    let server = ScriptedServer::start([vec![Step::send(http_response(200, &json, RESPONSE))]])
        .await
        .unwrap();
    let switches = [
        (None, false),
        (Some("false"), false),
        (Some("0"), false),
        (Some(""), false),
        (Some("1"), true),
        (Some("true"), true),
    ];
    for (count, (switch, logs)) in switches.into_iter().enumerate() {
        let url = server.url();
        let mut environment = vec![
            (CHILD, "1"),
            ("OPENROUTER_API_KEY", "sk-or-v1-0123456789abcdef"),
            ("OPENROUTER_BASE_URL", url.as_str()),
            ("OPENROUTER_HTTP_REFERER", "https://env.example"),
            ("OPENROUTER_APP_TITLE", "from env"),
            ("OPENROUTER_APP_CATEGORIES", "cli"),
        ];
        environment.extend(switch.map(|switch| ("OPENROUTER_DEBUG", switch)));
        let test = "setup::b29_the_environment_sets_up_a_client_and_false_is_off";
        let printed = again(test, &environment).await;
        assert_eq!(
            printed.contains("orouter: attempt 1"),
            logs,
            "{switch:?}: {printed}"
        );
        assert!(!printed.contains("0123456789abcdef"), "{printed}");

        let received = &server.received()[count];
        let header = |name| received.header(name);
        assert_eq!(
            header("authorization"),
            Some("Bearer sk-or-v1-0123456789abcdef")
        );
        assert_eq!(header("http-referer"), Some("https://env.example"));
        assert_eq!(header("x-openrouter-title"), Some("from env"));
        assert_eq!(header("x-openrouter-categories"), Some("cli"));
    }
}
