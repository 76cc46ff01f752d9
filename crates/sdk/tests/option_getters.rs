//! Getters of options and timeouts, and the cache headers of `Meta`.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};
use orouter::{AbortHandle, Meta, RequestOptions, RetryConfig, Timeouts};
use serde_json::json;

#[test]
fn options_return_what_was_set() {
    let handle = AbortHandle::new();
    let options = RequestOptions::new()
        .header("authorization", "Bearer secret")
        .header("x-removed", "1")
        .remove_header("x-removed")
        .title("Überblick")
        .query("a", "1")
        .query("a", "2")
        .query("b", "3")
        .extra_body("fast", json!({"x": 1}))
        .timeouts(Timeouts::default().idle(Duration::from_secs(3)).total(None))
        .retries(RetryConfig::none())
        .server_url("http://127.0.0.1:8080/api/v1/responses#x")
        .abort(&handle)
        .follow_redirects(false)
        .max_response_bytes(1)
        .max_event_bytes(2);
    assert_eq!(options.get_header("Authorization"), Some("Bearer secret"));
    assert_eq!(options.get_header("x-removed"), None);
    assert_eq!(options.get_header("x-openrouter-title"), Some("Überblick"));
    assert_eq!(options.get_header("not a header"), None);
    assert_eq!(options.get_query("a").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(options.get_query("c").count(), 0);
    assert_eq!(options.get_extra_body("fast"), Some(&json!({"x": 1})));
    assert_eq!(options.get_extra_body("slow"), None);
    assert_eq!(
        options.get_timeouts().get_idle(),
        Some(Some(Duration::from_secs(3)))
    );
    assert_eq!(options.get_timeouts().get_total(), Some(None));
    assert_eq!(options.get_timeouts().get_connect(), None);
    assert_eq!(options.get_timeouts().get_first_byte(), None);
    assert!(options.get_retries().is_some());
    assert_eq!(options.get_max_attempts(), None);
    assert_eq!(
        options.get_server_url(),
        Some("http://127.0.0.1:8080/api/v1")
    );
    handle.abort();
    assert!(options.get_abort().unwrap().is_aborted());
    assert_eq!(options.get_follow_redirects(), Some(false));
    assert_eq!(options.get_max_response_bytes(), Some(1));
    assert_eq!(options.get_max_event_bytes(), Some(2));
    // The secret stays out of logs.
    assert!(!format!("{options:?}").contains("secret"));
}

#[test]
fn options_that_are_not_set_are_none() {
    let options = RequestOptions::new()
        .max_attempts(4)
        .server_url("not a URL");
    assert_eq!(options.get_max_attempts(), Some(4));
    assert_eq!(options.get_server_url(), None);
    assert!(options.get_retries().is_none() && options.get_abort().is_none());
    assert_eq!(options.get_header("x-trace"), None);
    assert_eq!(options.get_follow_redirects(), None);
    assert_eq!(*options.get_timeouts(), Timeouts::default());
    assert_eq!(options.get_max_response_bytes(), None);
    assert_eq!(options.get_max_event_bytes(), None);
}

#[test]
fn meta_has_the_age_the_lifetime_and_the_source_of_a_cached_response() {
    let meta = |headers: &[(&'static str, &'static str)]| {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        Meta::new(StatusCode::OK, headers.collect::<HeaderMap>())
    };
    let hit = meta(&[
        ("x-openrouter-cache-status", "HIT"),
        ("x-openrouter-cache-age", "12"),
        ("x-openrouter-cache-ttl", "288"),
        ("x-openrouter-cache-source-id", "gen-1"),
    ]);
    assert_eq!(hit.cache_hit(), Some(true));
    assert_eq!(hit.cache_age(), Some(Duration::from_secs(12)));
    assert_eq!(hit.cache_ttl(), Some(Duration::from_secs(288)));
    assert_eq!(hit.cache_source_id(), Some("gen-1"));

    let odd = meta(&[
        ("x-openrouter-cache-age", "-1"),
        ("x-openrouter-cache-ttl", "soon"),
    ]);
    assert_eq!((odd.cache_age(), odd.cache_ttl()), (None, None));
    assert_eq!((odd.cache_hit(), odd.cache_source_id()), (None, None));
}

#[tokio::test]
async fn a_session_id_of_the_client_and_of_the_call_is_sent() {
    use orouter::{
        ErrorKind, OpenRouter, ResponsesRequest,
        testing::{ReplayTransport, Reply},
    };

    let transport = ReplayTransport::new([Reply::text("Hello")]);
    let builder = || {
        let builder = OpenRouter::builder().api_key("k").env(|_| None);
        builder.transport(transport.clone())
    };
    let client = builder().session_id("conversation-1").build().unwrap();
    let create = || {
        client
            .responses()
            .create(ResponsesRequest::new("m").input("hi"))
    };
    let sent = || transport.last_request().unwrap().headers()["x-session-id"].clone();
    create().await.unwrap();
    assert_eq!(sent(), "conversation-1");
    let options = RequestOptions::new().session_id("conversation-2");
    assert_eq!(options.get_header("x-session-id"), Some("conversation-2"));
    create().options(options).await.unwrap();
    assert_eq!(sent(), "conversation-2");

    // 256 characters, not bytes.
    let longest = "ä".repeat(256);
    create()
        .options(RequestOptions::new().session_id(&longest))
        .await
        .unwrap();
    for (id, message) in [
        (
            format!("{longest}x"),
            "session_id has 257 characters; the maximum is 256",
        ),
        (" ".to_owned(), "session_id is empty"),
        (
            "a\nb".to_owned(),
            "session_id: the value of the header x-session-id",
        ),
    ] {
        let options = RequestOptions::new().session_id(&id);
        let error = create().options(options).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(message), "{error}");
        let error = builder().session_id(&id).build().unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}
