//! `GET /key`, `/credits`, `/generation` and `/models/user`.

use std::sync::Arc;

use orouter_server::store::{
    AccountId, AccountStore as _, AttemptRecord, CreditGrant, GenerationRecord, KeyHash, NewKey,
    RecordStore as _, Settlement, Timestamp, TokenCounts, Usd,
};
use serde_json::{Value, json};

use crate::site::{COST, MODEL, Site};
use crate::support::spec;

/// Members of a key that the hosted API does not have.
const EXTENSIONS: [&str; 4] = [
    "allowed_models",
    "allowed_providers",
    "requests_per_minute",
    "tokens_per_minute",
];

async fn ok(site: &Site, path: &str, key: &str) -> Value {
    let response = site.get(path, key).await;
    assert_eq!(response.status, 200, "{path}: {}", response.text());
    assert_eq!(response.headers["cache-control"], "no-store", "{path}");
    response.json()
}

/// Writes a record to the database.
async fn write(site: &Site, record: GenerationRecord) {
    let batch: Arc<[Settlement]> = Arc::new([Settlement::new(record)]);
    site.store.write_settlements(batch).await.unwrap();
}

#[tokio::test]
async fn a_key_reads_itself_with_exact_figures() {
    let site = Site::start().await;
    let mut new = NewKey::new("limited");
    new.limit = Some(Usd::from_f64(2.0));
    new.limit_reset = Some(orouter_server::store::LimitReset::Daily);
    new.requests_per_minute = Some(60);
    let key = site.create(new).await;
    for _ in 0..3 {
        site.generate(&key).await;
    }
    let body = ok(&site, "/api/v1/key", &key).await;
    spec::check(&body, spec::of_route("/key"), &EXTENSIONS);
    let data = &body["data"];
    let spent = (Usd::from_f64(COST).times(3)).to_f64();
    assert_eq!(data["usage"], spent);
    assert_eq!(data["limit_remaining"], 2.0 - spent);
    let budget = &data["budgets"][0];
    assert_eq!(&data["effective_budget"], budget);
    assert_eq!(budget["scope"], "key_limit");
    assert_eq!(
        (&budget["limit_usd"], &budget["spend_usd"]),
        (&json!(2.0), &json!(spent))
    );
    assert_eq!(budget["remaining_usd"], data["limit_remaining"]);
    assert_eq!(budget["reset_interval"], "daily");
    let resets_at: Timestamp = budget["resets_at"].as_str().unwrap().parse().unwrap();
    assert!(resets_at > Timestamp::now());
    assert_eq!(data["rate_limit"]["requests"], -1);
    assert_eq!(data["requests_per_minute"], 60);
    assert_eq!(data["is_management_key"], false);

    let body = ok(&site, "/v1/key/", &site.key).await;
    spec::check(&body, spec::of_route("/key"), &EXTENSIONS);
    assert_eq!(body["data"]["budgets"], json!([]));
    assert!(body["data"]["effective_budget"].is_null());
    let body = ok(&site, "/v1/key", &site.manager).await;
    assert_eq!(body["data"]["is_management_key"], true);
    assert_eq!(body["data"]["is_provisioning_key"], true);
}

#[tokio::test]
async fn credits_are_exact() {
    let site = Site::start().await;
    let none = ok(&site, "/api/v1/credits", &site.manager).await;
    assert_eq!(
        none,
        json!({"data": {"total_credits": 0.0, "total_usage": 0.0}})
    );
    let grant = CreditGrant::new("g", AccountId::default(), Usd::from_f64(12.5));
    site.store.add_credits(grant).await.unwrap();
    site.generate(&site.key).await;
    let body = ok(&site, "/api/v1/credits", &site.manager).await;
    spec::check(&body, spec::of_route("/credits"), &[]);
    assert_eq!(
        body["data"],
        json!({"total_credits": 12.5, "total_usage": COST})
    );
}

#[tokio::test]
async fn a_generation_is_read_by_its_key_and_its_manager() {
    let site = Site::start().await;
    let id = site.generate(&site.key).await;
    let path = format!("/api/v1/generation?id={id}");
    // At once, also if it is not in the database yet.
    let body = ok(&site, &path, &site.key).await;
    spec::check(&body, spec::of_route("/generation"), &[]);
    let data = &body["data"];
    assert_eq!(data["id"], id);
    assert_eq!(
        (&data["model"], &data["provider_name"]),
        (&json!(MODEL), &json!("script"))
    );
    assert_eq!(
        (&data["total_cost"], &data["usage"]),
        (&json!(COST), &json!(COST))
    );
    assert_eq!(
        (&data["tokens_prompt"], &data["tokens_completion"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(
        data["provider_responses"].as_array().unwrap().len(),
        1,
        "{data}"
    );
    assert_eq!(data["origin"], "");
    assert_eq!(data["workspace_id"], "default");
    let created: Timestamp = data["created_at"].as_str().unwrap().parse().unwrap();
    assert!(Timestamp::now().millis_since(created).abs() < 60_000);
    assert!(!body.to_string().contains("confidential"), "{body}");
    assert_eq!(ok(&site, &path, &site.manager).await, body);
}

#[tokio::test]
async fn every_fact_of_a_record_is_shown() {
    let site = Site::start().await;
    let mut record = GenerationRecord::new("gen-full", Timestamp::now());
    record.key = Some(KeyHash::of(site.key.as_bytes()));
    record.request_id = Some("req".to_owned());
    record.model = "a/b".to_owned();
    record.tokens = TokenCounts::new(10, 20);
    record.tokens.reasoning = 5;
    record.tokens.cached = 4;
    record.cost = Usd::from_f64(0.25);
    record.upstream_cost = Some(Usd::from_f64(0.2));
    record.cache_discount = Some(Usd::from_f64(0.01));
    record.latency_ms = Some(100);
    record.generation_ms = Some(900);
    record.finish_reason = Some("stop".to_owned());
    record.native_finish_reason = Some("end_turn".to_owned());
    record.streamed = true;
    record.service_tier = Some("flex".to_owned());
    record.upstream_id = Some("msg_1".to_owned());
    record.media_prompt = Some(2);
    record.client.origin = Some("https://app.example".to_owned());
    record.client.user_agent = Some("curl".to_owned());
    record.client.session_id = Some("s".to_owned());
    let mut attempt = AttemptRecord::default();
    attempt.provider = Some("one".to_owned());
    attempt.endpoint = Some("one/eu".to_owned());
    attempt.latency_ms = Some(50);
    let failed = attempt.clone();
    attempt.status = Some(200);
    record.attempts = vec![failed, attempt];
    let estimated = {
        let mut estimated = record.clone();
        estimated.id = "gen-estimated".to_owned();
        estimated.estimated = true;
        estimated
    };
    write(&site, record).await;
    write(&site, estimated).await;
    let body = ok(&site, "/v1/generation?id=gen-full", &site.key).await;
    spec::check(&body, spec::of_route("/generation"), &[]);
    let data = &body["data"];
    for (member, value) in [
        ("request_id", json!("req")),
        ("native_tokens_reasoning", json!(5)),
        ("native_tokens_cached", json!(4)),
        ("total_cost", json!(0.25)),
        ("upstream_inference_cost", json!(0.2)),
        ("cache_discount", json!(0.01)),
        ("latency", json!(100)),
        ("generation_time", json!(900)),
        ("finish_reason", json!("stop")),
        ("native_finish_reason", json!("end_turn")),
        ("streamed", json!(true)),
        ("cancelled", json!(false)),
        ("service_tier", json!("flex")),
        ("upstream_id", json!("msg_1")),
        ("num_media_prompt", json!(2)),
        ("origin", json!("https://app.example")),
        ("user_agent", json!("curl")),
        ("session_id", json!("s")),
        ("router", json!(null)),
        ("is_byok", json!(false)),
    ] {
        assert_eq!(data[member], value, "{member}");
    }
    let attempts = &data["provider_responses"];
    assert_eq!(
        attempts[0],
        json!({"provider_name": "one", "endpoint_id": "one/eu", "latency": 50, "is_byok": false, "status": null})
    );
    assert_eq!(attempts[1]["status"], 200);
    let body = ok(&site, "/v1/generation?id=gen-estimated", &site.key).await;
    spec::check(&body, spec::of_route("/generation"), &[]);
    assert_eq!(body["data"]["tokens_prompt"], 10);
    assert!(body["data"]["native_tokens_prompt"].is_null());
}

#[tokio::test]
async fn ids_of_generations_are_checked() {
    let site = Site::start().await;
    let long = format!("id=gen-{}", "a".repeat(125));
    for query in [
        "",
        "id=",
        "ID=gen-1",
        "id=gen-",
        "id=1",
        "id=gen-1%20",
        "id=gen-1%00",
        "id=gen-'--",
        "id=gen-%25",
        "id=gen-1&id=gen-2",
        "id=resp_1",
        &long,
    ] {
        let path = format!("/api/v1/generation?{query}");
        let response = site.get(&path, &site.key).await;
        assert_eq!(response.status, 400, "{query}");
        assert_eq!(response.error()["param"], "id", "{query}");
    }
    let path = "/api/v1/generation?id=gen-1";
    assert_eq!(site.get(path, &site.key).await.status, 404);
}

#[tokio::test]
async fn a_key_sees_the_models_that_it_may_use() {
    let site = Site::start().await;
    let listed = async |path: &str, key: &str| {
        let response = site.get(path, key).await;
        assert_eq!(response.status, 200);
        let body = response.json();
        let models = body["data"].as_array().unwrap().iter();
        assert_eq!(body["total_count"], models.len());
        let ids = models.map(|model| model["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let both = [MODEL, "other/model"];
    for (models, providers, expected) in [
        (json!(null), json!(null), &both[..]),
        (json!(["test/*"]), json!(null), &[MODEL]),
        (
            json!(["OTHER/model", "none/none"]),
            json!(["SCRIPT"]),
            &["other/model"],
        ),
        (json!([]), json!(null), &[]),
        (json!(null), json!(["none"]), &[]),
    ] {
        let body = json!({"name": "a", "allowed_models": models, "allowed_providers": providers});
        let (_, key) = site.post_key(&body).await;
        assert_eq!(
            listed("/api/v1/models/user", &key).await,
            expected,
            "{body}"
        );
        assert_eq!(listed("/api/v1/models", &key).await, both);
    }
}
