//! The statuses of requests that are not admitted, and the limits of keys.

use orouter_server::store::{KeyChange, LimitReset, Timestamp};

use sha2::Digest as _;

use super::*;

/// Checks the status and the type of a refusal, and that it has no record.
async fn refused(setup: &Setup, response: &HttpResponse, status: u16, kind: &str) {
    assert_eq!(response.status, status, "{}", response.text());
    assert_eq!(response.error()["type"], kind);
    assert_eq!(setup.record(&id_of(response)).await, None);
}

#[tokio::test]
async fn keys_that_are_missing_unknown_disabled_or_expired_get_the_same_401() {
    let setup = Setup::new().await;
    let disabled = setup.key(|_| {}).await;
    let mut change = KeyChange::default();
    change.disabled = Some(true);
    let store = setup.accounts.store();
    store
        .update_key(AccountId::default(), disabled.hash(), change)
        .await
        .unwrap();
    let expired = setup
        .key(|new| new.expires_at = Some(Timestamp::from_millis(1)))
        .await;
    let unknown = ApiKey::random().unwrap();
    let mut bodies = Vec::new();
    for key in [&disabled, &expired, &unknown] {
        let response = setup.ask(key, &request()).await;
        refused(&setup, &response, 401, "authentication").await;
        assert_eq!(response.headers["www-authenticate"], "Bearer");
        bodies.push(response.text());
    }
    let missing = setup.server.client().ask(&request()).await;
    refused(&setup, &missing, 401, "authentication").await;
    bodies.push(missing.text());
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    // A store makes keys required, on loopback too.
    assert_eq!(
        setup.server.client().get("/api/v1/models").await.status,
        401
    );
}

#[tokio::test]
async fn a_management_key_makes_no_requests() {
    let setup = Setup::new().await;
    let key = setup.key(|new| new.management = true).await;
    for stream in [false, true] {
        let mut body = request();
        body["stream"] = stream.into();
        let response = setup.ask(&key, &body).await;
        refused(&setup, &response, 403, "permission_denied").await;
    }
}

#[tokio::test]
async fn credits_that_do_not_cover_the_highest_cost_are_a_402() {
    let setup = Setup::new().await;
    let key = setup.key(|_| {}).await;
    // Without credits, the account is not limited.
    assert_eq!(setup.ask(&key, &request()).await.status, 200);
    setup.credits(HIGHEST.to_f64() + 2.0 * COST.to_f64()).await;
    let response = setup.ask(&key, &request()).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let mut large = request();
    large["max_output_tokens"] = 200.into();
    let response = setup.ask(&key, &large).await;
    refused(&setup, &response, 402, "payment_required").await;
    let message = response.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("max_output_tokens"), "{message}");
    large["stream"] = true.into();
    let response = setup.ask(&key, &large).await;
    refused(&setup, &response, 402, "payment_required").await;
}

#[tokio::test]
async fn a_key_spends_its_limit_and_then_gets_a_403() {
    let setup = Setup::new().await;
    let key = setup
        .key(|new| {
            new.limit = Some(HIGHEST + COST + COST);
            new.limit_reset = Some(LimitReset::Monthly);
        })
        .await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(setup.ask(&key, &request()).await.status);
    }
    assert_eq!(answers, [200, 200, 200, 403, 403]);
    let mut change = KeyChange::default();
    change.limit = Some(None);
    let store = setup.accounts.store();
    store
        .update_key(AccountId::default(), key.hash(), change)
        .await
        .unwrap();
    for _ in 0..200 {
        if setup.ask(&key, &request()).await.status == 200 {
            return;
        }
        tokio::time::sleep(10 * MS).await;
    }
    panic!("the limit is still in force");
}

#[tokio::test]
async fn rate_limits_are_a_429_with_their_state() {
    let setup = Setup::new().await;
    let key = setup.key(|new| new.requests_per_minute = Some(2)).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let response = setup.ask(&key, &request()).await;
        statuses.push(response.status);
        if response.status == 429 {
            refused(&setup, &response, 429, "rate_limit_exceeded").await;
            assert_eq!(response.headers["x-ratelimit-limit"], "2");
            assert_eq!(response.headers["x-ratelimit-remaining"], "0");
            let reset: u64 = response.headers["x-ratelimit-reset"].parse().unwrap();
            let wait: u64 = response.headers["retry-after"].parse().unwrap();
            let now = Timestamp::now().to_millis().unsigned_abs();
            assert!((1..=60).contains(&wait) && reset <= now + 61_000, "{wait}");
        }
    }
    // At the border of two minutes, the second one has its own two.
    assert!(
        statuses.contains(&429) || statuses == [200; 4],
        "{statuses:?}"
    );
    assert_eq!(statuses[..2], [200, 200]);
}

#[tokio::test]
async fn tokens_that_were_used_count_for_the_rate_limit() {
    let setup = Setup::new().await;
    let key = setup.key(|new| new.tokens_per_minute = Some(12)).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(setup.ask(&key, &request()).await.status);
    }
    // A request is admitted with its prompt and uses five tokens.
    assert_eq!(statuses[0], 200);
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn a_key_uses_only_its_models_and_providers() {
    let setup = Setup::new().await;
    for (models, providers, status) in [
        (Some(vec!["TEST/Model"]), None, 200),
        (Some(vec!["test/*"]), None, 200),
        (Some(vec!["test/mod"]), None, 403),
        (Some(vec!["test"]), None, 403),
        (Some(vec!["*"]), None, 403),
        (Some(vec![]), None, 403),
        (None, Some(vec!["other"]), 403),
        (None, Some(vec!["Script"]), 200),
    ] {
        let owned = |list: &Vec<&str>| list.iter().map(|name| (*name).to_owned()).collect();
        let key = setup
            .key(|new| {
                new.allowed_models = models.as_ref().map(owned);
                new.allowed_providers = providers.as_ref().map(owned);
            })
            .await;
        let response = setup.ask(&key, &request()).await;
        let text = response.text();
        assert_eq!(response.status, status, "{models:?} {providers:?}: {text}");
        if status == 403 {
            refused(&setup, &response, 403, "permission_denied").await;
        }
    }
}

#[tokio::test]
async fn a_model_without_a_price_is_for_keys_without_limits() {
    for (config, status) in [("", 403), ("[server]\nallow_unpriced = true\n", 200)] {
        let script = Script::new(MODEL, message("ok", Duration::ZERO));
        let setup = Setup::with(script, config).await;
        let limited = setup.key(|new| new.limit = Some(Usd::from_f64(1.0))).await;
        let response = setup.ask(&limited, &request()).await;
        assert_eq!(response.status, status, "{}", response.text());
        let free = setup.key(|_| {}).await;
        assert_eq!(setup.ask(&free, &request()).await.status, 200);
        setup.credits(1.0).await;
        for _ in 0..200 {
            if setup.ask(&free, &request()).await.status == status {
                break;
            }
            tokio::time::sleep(10 * MS).await;
        }
        assert_eq!(setup.ask(&free, &request()).await.status, status);
    }
}

#[tokio::test]
async fn static_keys_stay_valid_and_spend_the_credits_of_the_account() {
    let digest: String = sha2::Sha256::digest(b"static")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let config = format!("[[keys]]\nname = \"ci\"\nhash = \"sha256:{digest}\"\n");
    let setup = Setup::with(script(), &config).await;
    let headers = [("authorization", "Bearer static")];
    let body = request().to_string();
    let bytes = Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
    let ask = async || setup.server.client().open(&bytes).await.whole().await;
    let response = ask().await;
    let record = setup.awaited(&id_of(&response)).await;
    assert_eq!((record.caller.as_deref(), record.key), (Some("ci"), None));
    assert_eq!(record.cost, COST);
    setup.credits(0.0001).await;
    for _ in 0..200 {
        let response = ask().await;
        if response.status == 402 {
            return refused(&setup, &response, 402, "payment_required").await;
        }
        tokio::time::sleep(10 * MS).await;
    }
    panic!("the credits do not count");
}
