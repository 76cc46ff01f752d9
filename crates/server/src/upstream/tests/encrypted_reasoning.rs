//! Encrypted reasoning: it is sent to the endpoint that issued it, and left out after a refusal.

use super::support::{COMPLETED, Setup, collect, json, request_of, stream};
use crate::failure::Fallback;

const WITH_REASONING: &str = r#"{"model":"m","stream":true,"input":[
    {"type":"message","role":"user","content":"hi"},
    {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}]}"#;
const ISSUING: &str = r#"{"type":"response.output_item.done","output_index":0,
    "item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}}"#;
const REFUSAL: &str =
    r#"{"error":{"message":"cannot be decrypted","code":"invalid_encrypted_content"}}"#;

#[tokio::test]
async fn a_refusal_that_cannot_be_cured_is_a_400() {
    let setup = Setup::new([json(400, REFUSAL)]).await;
    let failure = setup.call().await.unwrap_err();
    assert_eq!(failure.status(), 400);
    assert_eq!(failure.fallback_row(), Fallback::Request);
    assert_eq!(
        setup.server.received().len(),
        1,
        "nothing was left to leave out"
    );
}

#[tokio::test]
async fn the_issuer_is_known_from_its_reply() {
    let issuing = ISSUING.replace('\n', " ");
    let setup = Setup::new([stream(&[&issuing, COMPLETED])]).await;
    let call = |endpoint| {
        setup
            .provider
            .generate(request_of(WITH_REASONING, endpoint))
    };
    collect(call("m@a").await.unwrap()).await;
    let request = request_of(WITH_REASONING, "m@b");
    let issuer = setup.upstreams.issuer_of(&request.request);
    assert_eq!(issuer.as_deref(), Some("m@a"));
}

#[tokio::test]
async fn events_of_unknown_types_are_kept_in_order() {
    let event = |kind: &str| format!(r#"{{"type":"{kind}"}}"#);
    let (one, two) = (event("response.one"), event("response.two"));
    let setup = Setup::new([stream(&[&one, &two, COMPLETED])]).await;
    let request = request_of(WITH_REASONING, "m@a");
    let (events, failure) = collect(setup.provider.generate(request).await.unwrap()).await;
    let texts: Vec<String> = events.iter().map(orouter_wire::to_string).collect();
    assert_eq!((texts.len(), failure), (3, None));
    assert_eq!(texts[..2], [one, two]);
}

#[tokio::test]
async fn refused_reasoning_is_left_out_and_the_request_repeated_once() {
    let event = format!(r#"{{"type":"error",{}"#, &REFUSAL[1..]);
    let created = super::support::CREATED;
    let unknown = r#"{"type":"response.queue_position","position":3}"#;
    for refusal in [
        json(400, REFUSAL),
        stream(&[&event]),
        stream(&[created, &event]),
        stream(&[created, unknown, unknown, &event]),
    ] {
        let setup = Setup::new([refusal.clone(), stream(&[COMPLETED])]).await;
        let request = request_of(WITH_REASONING, "m@a");
        let notes = request.notes.clone();
        let (events, failure) = collect(setup.provider.generate(request).await.unwrap()).await;
        assert_eq!((events.len(), failure), (1, None));
        let sent: Vec<bool> = setup.server.received().iter().map(has_reasoning).collect();
        assert_eq!(sent, [true, false]);
        let noted = notes
            .list()
            .iter()
            .any(|note| note.param == "encrypted reasoning");
        assert!(noted, "{notes:?}");

        let setup = Setup::new([refusal]).await;
        let failure = match setup
            .provider
            .generate(request_of(WITH_REASONING, "m@a"))
            .await
        {
            Err(failure) => failure,
            Ok(events) => collect(events).await.1.expect("a failure"),
        };
        assert_eq!(failure.fallback_row(), Fallback::Request);
        assert_eq!(setup.server.received().len(), 2);
    }
}

#[tokio::test]
async fn reasoning_of_another_endpoint_is_not_sent() {
    let issuing = ISSUING.replace('\n', " ");
    let setup = Setup::new([stream(&[&issuing, COMPLETED])]).await;
    for (endpoint, sent) in [("m@a", true), ("m@b", false), ("m@a", true)] {
        let call = setup
            .provider
            .generate(request_of(WITH_REASONING, endpoint));
        // `m@a` is the issuer on record from the first reply. The reply to `m@b` would replace it.
        let events = call.await.unwrap();
        assert_eq!(
            has_reasoning(setup.server.received().last().unwrap()),
            sent,
            "{endpoint}"
        );
        if endpoint == "m@a" {
            collect(events).await;
        }
    }
}

/// A request of a chat endpoint whose history has signed reasoning and a signed call.
const WITH_SIGNATURES: &str = r#"{"model":"m","stream":true,"input":[
    {"role":"user","content":"hi"},
    {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"why"}],"signature":"gAAA1"},
    {"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra_content":{"google":{"thought_signature":"gAAA2"}}},
    {"type":"function_call_output","call_id":"c","output":"1"}]}"#;

#[tokio::test]
async fn a_refused_signature_is_left_out_and_the_request_repeated_once() {
    let message = "messages.1.content.0: Invalid `signature` in `thinking` block";
    let refusal =
        format!(r#"{{"error":{{"type":"invalid_request_error","message":"{message}"}}}}"#);
    for (script, calls, removed) in [
        (
            json(400, &refusal),
            2,
            ["input[1]", "input[2].extra_content"],
        ),
        (
            json(422, &refusal),
            2,
            ["input[1]", "input[2].extra_content"],
        ),
        (json(500, &refusal), 1, ["", ""]),
    ] {
        let setup = Setup::new([script, stream(&[COMPLETED])]).await;
        let request = request_of(WITH_SIGNATURES, "m@a");
        let notes = request.notes.clone();
        let called = setup.provider.generate(request).await;
        assert_eq!(called.is_ok(), calls == 2);
        let received = setup.server.received();
        assert_eq!(received.len(), calls);
        assert!(has_reasoning(&received[0]));
        if calls == 2 {
            assert!(!has_reasoning(&received[1]));
            let noted: Vec<String> = notes.list().into_iter().map(|note| note.param).collect();
            for path in removed {
                assert!(noted.iter().any(|noted| noted == path), "{path}: {noted:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_signed_call_is_sent_to_its_issuer_only() {
    let issuing = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra_content":{"google": {"thought_signature": "gAAA2"}}}}"#;
    let setup = Setup::new([stream(&[issuing, COMPLETED])]).await;
    let with_call = r#"{"model":"m","stream":true,"input":[
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra_content":{"google":{"thought_signature":"gAAA2"}}},
        {"type":"function_call_output","call_id":"c","output":"1"}]}"#;
    let call = setup.provider.generate(request_of(with_call, "m@a"));
    collect(call.await.unwrap()).await;
    for (endpoint, sent) in [("m@b", false), ("m@a", true)] {
        let request = request_of(with_call, endpoint);
        assert_eq!(
            setup.upstreams.issuer_of(&request.request).as_deref(),
            Some("m@a")
        );
        let notes = request.notes.clone();
        let _events = setup.provider.generate(request).await.unwrap();
        let received = setup.server.received();
        let last = received.last().unwrap();
        assert_eq!(has_reasoning(last), sent, "{endpoint}");
        let body = String::from_utf8_lossy(&last.body);
        assert!(body.contains(r#""call_id":"c""#), "the call stays: {body}");
        let noted = notes
            .list()
            .iter()
            .any(|note| note.param == "input[0].extra_content");
        assert_eq!(noted, !sent, "{notes:?}");
    }
}

fn has_reasoning(received: &orouter_http::testing::Received) -> bool {
    String::from_utf8_lossy(&received.body).contains("gAAA")
}
