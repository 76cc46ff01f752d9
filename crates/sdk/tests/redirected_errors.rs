//! After a redirect that was followed, errors name the URL of the redirect's target.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    ErrorKind, RequestOptions, RetryConfig, Timeouts,
    testing::{ScriptedServer, Step, http_response},
};
use support::{CREATED, builder, request, soon};

fn redirect(location: &str) -> Vec<Step> {
    vec![Step::send(http_response(
        308,
        &[("location", location)],
        "",
    ))]
}

fn answer(status: u16, content_type: &str, body: &str) -> Vec<Step> {
    vec![Step::send(http_response(
        status,
        &[("content-type", content_type)],
        body,
    ))]
}

#[tokio::test]
async fn every_kind_of_error_names_the_redirected_url() {
    let json = |status, body| answer(status, "application/json", body);
    let stream = format!("data: {CREATED}\n\n");
    let broken = vec![
        Step::send(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
        ),
        Step::Close,
    ];
    for (script, kind) in [
        (json(400, "{}"), ErrorKind::BadRequest),
        (json(503, "{}"), ErrorKind::ServiceUnavailable),
        (json(200, "{"), ErrorKind::Decode),
        (json(200, ""), ErrorKind::Decode),
        (
            json(200, r#"{"error":{"message":"no"}}"#),
            ErrorKind::InBand,
        ),
        (answer(200, "text/html", "<p>"), ErrorKind::Decode),
        (
            answer(200, "text/event-stream", &stream),
            ErrorKind::Truncated,
        ),
        (vec![Step::Reset], ErrorKind::Transport),
        (vec![Step::Close], ErrorKind::Transport),
        (vec![Step::Hang], ErrorKind::Timeout),
        (broken, ErrorKind::Transport),
        (redirect("http://other.invalid/"), ErrorKind::Redirect),
    ] {
        let server = ScriptedServer::start([redirect("/moved/here?secret=1"), script])
            .await
            .unwrap();
        let options = RequestOptions::new()
            .retries(RetryConfig::none())
            .timeouts(Timeouts::default().first_byte(Duration::from_millis(200)));
        let client = builder().server_url(server.url()).build().unwrap();
        let call = client.responses().create(request()).options(options);
        let error = soon(call).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let (line, base) = (error.to_string(), server.address());
        let place = format!("(POST http://{base}/moved/here)");
        assert!(line.contains(&place), "{line}");
        assert!(
            !line.contains("/api/v1") && !line.contains("secret"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn an_option_turns_redirects_off() {
    let list = r#"{"data":[]}"#;
    let follow = |follow| RequestOptions::new().follow_redirects(follow);
    for (client_option, call_option, followed) in [
        (None, None, true),
        (Some(false), None, false),
        (None, Some(false), false),
        (Some(false), Some(true), true),
    ] {
        let ok = answer(200, "application/json", list);
        let server = ScriptedServer::start([redirect("/moved"), ok])
            .await
            .unwrap();
        let client = builder()
            .server_url(server.url())
            .options(client_option.map(follow).unwrap_or_default())
            .build()
            .unwrap();
        let options = call_option.map(follow).unwrap_or_default();
        let outcome = soon(client.models().list().options(options)).await;
        assert_eq!(server.received().len(), 1 + usize::from(followed));
        match outcome {
            Ok(_) => assert!(followed),
            Err(error) => {
                assert!(!followed && error.kind() == ErrorKind::Redirect, "{error}");
                assert!(error.to_string().contains("/moved"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_stream_and_a_retry_name_the_url_of_the_last_attempt() {
    let events = answer(200, "text/event-stream", &format!("data: {CREATED}\n\n"));
    let server = ScriptedServer::start([redirect("/moved"), events])
        .await
        .unwrap();
    let client = builder().server_url(server.url()).build().unwrap();
    let stream = soon(client.responses().stream(request())).await.unwrap();
    let error = soon(stream.into_response()).await.unwrap_err();
    assert!(error.to_string().contains("/moved)"), "{error}");

    // The second attempt is not redirected.
    let busy = || answer(503, "application/json", "{}");
    let bad = answer(400, "application/json", "{}");
    let scripts = [redirect("/moved"), busy(), bad];
    let server = ScriptedServer::start(scripts).await.unwrap();
    let client = builder().server_url(server.url()).build().unwrap();
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().contains("/api/v1/responses)"), "{error}");
}

#[tokio::test]
async fn secrets_in_the_redirected_url_are_hidden() {
    for location in [
        "/moved/test-key-of-mine/x",
        "/moved/sk-or-v1-0123456789abcdef",
        "http://me:test-key-of-mine@{}/moved",
    ] {
        let hop = |address: &str| redirect(&location.replace("{}", address));
        let bad = answer(400, "application/json", "{}");
        let address = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().to_string()
        };
        let server = ScriptedServer::start([hop(&address), bad]).await.unwrap();
        let client = builder()
            .api_key("test-key-of-mine")
            .server_url(server.url())
            .build()
            .unwrap();
        let error = soon(client.responses().create(request()))
            .await
            .unwrap_err();
        let printed = format!("{error} {error:?} {error:#?}");
        assert!(printed.contains("/moved"), "{printed}");
        assert!(
            !printed.contains("of-mine") && !printed.contains("0123"),
            "{printed}"
        );
    }
}
