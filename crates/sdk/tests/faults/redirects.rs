//! Redirects: those that are followed, and those that must not receive the key.

use std::{collections::BTreeMap, time::Duration};

use orouter::{
    RequestOptions, RetryConfig, TimeoutKind, Timeouts,
    testing::{Reply, ScriptedServer, Step},
};

use crate::{
    client, json_head,
    support::{RESPONSE, replay, request, soon},
    word,
};

pub(crate) fn redirect(status: u16, location: &str) -> Vec<Step> {
    let headers: &[(&str, &str)] = if location.is_empty() {
        &[]
    } else {
        &[("location", location)]
    };
    vec![Step::send(orouter::testing::http_response(
        status, headers, "",
    ))]
}

#[tokio::test]
async fn redirects_are_followed_within_the_origin_and_as_they_are() {
    let answer = vec![Step::send(format!("{}{RESPONSE}", json_head()))];
    for status in [307, 308] {
        let location = "/elsewhere?x=1";
        let server = ScriptedServer::start([redirect(status, location), answer.clone()])
            .await
            .unwrap();
        let (_, meta) = soon(
            client(&server.url())
                .responses()
                .create(request())
                .with_meta(),
        )
        .await
        .unwrap();
        let received = server.received();
        assert_eq!(received[1].request_line(), "POST /elsewhere?x=1 HTTP/1.1");
        assert_eq!(received[1].body, received[0].body);
        assert_eq!(received[1].header("authorization"), Some("Bearer test-key"));
        assert_eq!(meta.attempts(), 1);
    }
}

#[tokio::test]
async fn other_redirects_are_errors_and_the_key_goes_nowhere() {
    let other = ScriptedServer::start([redirect(200, "")]).await.unwrap();
    let elsewhere = format!("http://{}/api/v1/responses?secret=1", other.address());
    let mut cases = BTreeMap::new();
    for status in [301, 302, 303] {
        cases.insert((status, "/api/v1/other".to_owned()), "/api/v1/other");
    }
    for status in [301, 302, 303, 307, 308] {
        cases.insert((status, elsewhere.clone()), "/api/v1/responses");
        cases.insert((status, String::new()), "nowhere");
    }
    cases.insert((307, "ftp://x/y".to_owned()), "ftp://x/y");
    for ((status, location), named) in cases {
        let server = ScriptedServer::start([redirect(status, &location)])
            .await
            .unwrap();
        let error = soon(client(&server.url()).responses().create(request()))
            .await
            .unwrap_err();
        let message = error.to_string();
        assert_eq!(word::<()>(Err(error)), "redirect", "{status} {location}");
        assert!(
            message.contains(named) && !message.contains("secret"),
            "{message}"
        );
        assert!(message.contains(&status.to_string()), "{message}");
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_redirect_that_is_followed_leads_no_further_than_the_first() {
    let other = ScriptedServer::start([redirect(200, "")]).await.unwrap();
    // Another name of the same machine is another origin, and so is another scheme.
    let port = other.address().port();
    for elsewhere in [
        format!("http://{}/api/v1/responses", other.address()),
        format!("http://localhost:{port}/api/v1/responses"),
        format!("https://127.0.0.1:{port}/api/v1/responses"),
        format!("//127.0.0.1:{port}/api/v1/responses"),
        format!("http://user@127.0.0.1:{port}/"),
    ] {
        let hops = [redirect(307, "/hop"), redirect(308, &elsewhere)];
        let server = ScriptedServer::start(hops).await.unwrap();
        let options = RequestOptions::new().header("x-api-key", "test-key-2");
        let client = client(&server.url());
        let call = client.responses().create(request()).options(options);
        let error = soon(call).await.unwrap_err();
        assert_eq!(word::<()>(Err(error)), "redirect", "{elsewhere}");
        assert_eq!(server.received().len(), 2);
    }
    assert_eq!(other.accepted_connections(), 0);
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = ScriptedServer::start([redirect(308, "/api/v1/responses")])
        .await
        .unwrap();
    let error = soon(client(&server.url()).responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 308);
    assert_eq!(error.headers().unwrap()["location"], "/api/v1/responses");
    assert_eq!((error.attempts(), error.maybe_billed()), (1, false));
    let (text, location) = (error.to_string(), server.url());
    let named = format!("more than 5 redirects in a row, now to {location}/responses");
    assert!(text.starts_with(&named), "{text}");
    assert_eq!(word::<()>(Err(error)), "redirect");
    assert_eq!(server.received().len(), 6);
}

#[tokio::test]
async fn the_limit_on_the_head_holds_for_all_redirects_of_an_attempt() {
    let second = Duration::from_secs(1);
    let hop = || {
        Reply::status(307)
            .header("location", "/hop")
            .delay(second * 40)
    };
    let options = |limit: Duration| {
        RequestOptions::new()
            .retries(RetryConfig::none())
            .timeouts(Timeouts::default().first_byte(limit))
    };
    let answer = || Reply::json(RESPONSE).delay(second * 40);

    let (client, transport, clock) = replay([hop(), hop(), answer()]);
    let call = client.responses().create(request());
    let error = call.options(options(second * 100)).await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::FirstByte));
    assert!(error.to_string().contains("100s"), "{error}");
    assert_eq!(clock.elapsed(), second * 100);
    assert_eq!(transport.requests().len(), 3);

    let (client, _, clock) = replay([hop(), hop(), answer()]);
    let call = client.responses().create(request());
    call.options(options(second * 121)).await.unwrap();
    assert_eq!(clock.elapsed(), second * 120);

    // The limit is used up: nothing more is sent.
    let slow = hop().delay(second * 100);
    let (client, transport, _) = replay([slow, answer()]);
    let call = client.responses().create(request());
    let error = call.options(options(second * 100)).await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::FirstByte));
    assert_eq!(transport.requests().len(), 1);
}
