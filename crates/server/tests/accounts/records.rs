//! Records of generations: one for each, also if it fails or is cancelled.

use orouter_server::store::{GenerationOutcome, Payer};
use orouter_server::{Failure, FailureKind};

use super::*;

#[tokio::test]
async fn a_response_has_a_record_with_its_cost() {
    let setup = Setup::new().await;
    let key = setup.key(|_| {}).await;
    for stream in [false, true] {
        let mut body = request();
        body["stream"] = stream.into();
        body["session_id"] = "s1".into();
        body["user"] = "u1".into();
        let response = setup.ask(&key, &body).await;
        assert_eq!(response.status, 200, "{}", response.text());
        let record = setup.awaited(&id_of(&response)).await;
        assert_eq!(record.outcome, GenerationOutcome::Completed);
        assert_eq!((record.cost, record.streamed), (COST, stream));
        assert_eq!((record.tokens.prompt, record.tokens.completion), (3, 2));
        assert_eq!(record.key, Some(key.hash()));
        assert_eq!(record.caller.as_deref(), Some("app"));
        assert_eq!(record.model, MODEL);
        assert_eq!(record.provider.as_deref(), Some("script"));
        assert_eq!(record.finish_reason.as_deref(), Some("stop"));
        assert!(!record.cancelled && !record.estimated);
        assert_eq!(record.attempts.len(), 1);
        assert_eq!(record.attempts[0].status, Some(200));
        assert!(record.latency_ms.is_some() && record.generation_ms.is_some());
        let client = &record.client;
        assert_eq!(client.user_agent.as_deref(), Some("test/1"));
        assert_eq!(client.http_referer.as_deref(), Some("https://app.example"));
        assert_eq!(client.session_id.as_deref(), Some("s1"));
        assert_eq!(client.external_user.as_deref(), Some("u1"));
        if !stream {
            let usage = &response.json()["usage"];
            assert_eq!(usage["cost"], record.cost.to_f64());
        }
        // No content.
        let text = format!("{record:?}");
        assert!(
            !text.contains("hello") && !text.contains(key.expose()),
            "{text}"
        );
    }
    let payer = Payer::default();
    setup
        .accounts
        .update_figures(&payer, Duration::from_secs(5))
        .await;
    let account = setup.accounts.store().account(AccountId::default());
    assert_eq!(account.await.unwrap().unwrap().usage, COST + COST);
}

#[tokio::test]
async fn a_failure_has_a_record() {
    let failure = Failure::new(FailureKind::ProviderUnavailable, "gone");
    let setup = Setup::with(
        Script::refusing(MODEL, failure).describing(priced(MODEL)),
        "",
    )
    .await;
    let key = setup.key(|_| {}).await;
    let response = setup.ask(&key, &request()).await;
    assert_eq!(response.status, 502, "{}", response.text());
    let record = setup.awaited(&id_of(&response)).await;
    assert_eq!(record.outcome, GenerationOutcome::Failed);
    assert_eq!(record.error_type.as_deref(), Some("provider_unavailable"));
    assert_eq!(record.finish_reason.as_deref(), Some("error"));
    assert_eq!((record.cost, record.cancelled), (Usd::ZERO, false));
    assert_eq!(record.attempts[0].status, Some(502));
}

#[tokio::test]
async fn a_failure_within_a_stream_is_charged_for_what_was_generated() {
    let mut lines = message("abcdef", Duration::ZERO);
    lines.truncate(6);
    lines.push(Line::Fail(Failure::new(
        FailureKind::ProviderUnavailable,
        "cut",
    )));
    let script = Script::new(MODEL, lines).describing(priced(MODEL));
    let setup = Setup::with(script, "").await;
    let key = setup.key(|new| new.limit = Some(Usd::from_f64(1.0))).await;
    let mut body = request();
    body["stream"] = true.into();
    let response = setup.ask(&key, &body).await;
    let record = setup.awaited(&id_of(&response)).await;
    assert_eq!(record.outcome, GenerationOutcome::Failed);
    assert!(record.estimated && record.cost > Usd::ZERO, "{record:?}");
    all_returned(&setup, &key, record.cost).await;
}

#[tokio::test]
async fn a_cancellation_is_charged_and_returns_the_reservation() {
    let script = Script::new(MODEL, message("abcdefgh", 50 * MS)).describing(priced(MODEL));
    let setup = Setup::with(script, "").await;
    let key = setup.key(|new| new.limit = Some(Usd::from_f64(1.0))).await;
    let mut body = request();
    body["stream"] = true.into();
    let mut open = setup.begin(&key, &body).await;
    let id = open.headers["x-generation-id"].clone();
    for _ in 0..5 {
        open.chunk().await;
    }
    drop(open);
    let record = setup.awaited(&id).await;
    assert_eq!(record.outcome, GenerationOutcome::Cancelled);
    assert!(record.cancelled && record.estimated && record.cost > Usd::ZERO);
    all_returned(&setup, &key, record.cost).await;

    // Before the head.
    let body = request();
    let slow = Script::new(MODEL, message("a", 50 * MS));
    let slow = slow.slow(Duration::from_secs(60)).describing(priced(MODEL));
    let setup = Setup::with(slow, "").await;
    let key = setup.key(|new| new.limit = Some(Usd::from_f64(1.0))).await;
    let bearer = format!("Bearer {}", key.expose());
    let headers = [("authorization", bearer.as_str())];
    let text = body.to_string();
    let bytes = Client::posted_with("/api/v1/responses", &headers, text.as_bytes());
    let socket = setup.server.client().send(&bytes).await;
    tokio::time::sleep(200 * MS).await;
    drop(socket);
    all_returned(&setup, &key, Usd::ZERO).await;
}

/// Checks that a key has spent this amount and that nothing is reserved.
async fn all_returned(setup: &Setup, key: &ApiKey, spent: Usd) {
    let caller = setup
        .accounts
        .find_key(key.expose().as_bytes())
        .await
        .unwrap();
    let mut usage = None;
    for _ in 0..100 {
        let payer = Payer::of(&caller);
        setup
            .accounts
            .update_figures(&payer, Duration::from_secs(5))
            .await;
        let found = setup.accounts.store().key(AccountId::default(), key.hash());
        let found = found.await.unwrap().unwrap().usage;
        usage = Some(found);
        if found.reserved == Usd::ZERO && found.total == spent {
            return;
        }
        tokio::time::sleep(20 * MS).await;
    }
    panic!("{usage:?}, expected {spent}");
}
