//! `GET /activity`.

use std::sync::Arc;

use orouter_server::store::{
    GenerationRecord, KeyHash, RecordStore as _, Settlement, Timestamp, TokenCounts, Usd,
};
use serde_json::json;

use crate::site::Site;
use crate::support::spec;

/// Writes a record to the database.
async fn write(site: &Site, record: GenerationRecord) {
    let batch: Arc<[Settlement]> = Arc::new([Settlement::new(record)]);
    site.store.write_settlements(batch).await.unwrap();
}

#[tokio::test]
async fn activity_has_the_last_completed_days() {
    let site = Site::start().await;
    let now = Timestamp::now();
    let hash = KeyHash::of(site.key.as_bytes());
    for (id, days, cost) in [
        ("a", 0, 1.0),
        ("b", 1, 2.0),
        ("c", 1, 4.0),
        ("d", 30, 8.0),
        ("e", 31, 16.0),
    ] {
        let time = now.day().minus(days).start();
        let mut record = GenerationRecord::new(format!("gen-{id}"), time);
        record.model = "a/b".to_owned();
        record.provider = Some("one".to_owned());
        record.endpoint = Some("one/eu".to_owned());
        record.tokens = TokenCounts::new(10, 20);
        record.cost = Usd::from_f64(cost);
        record.key = (id != "c").then_some(hash);
        write(&site, record).await;
    }
    let yesterday = now.day().minus(1);
    let first = now.day().minus(30);
    let list = async |query: String, costs: &[f64]| {
        let path = format!("/api/v1/activity?{query}");
        let response = site.get(&path, &site.manager).await;
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(response.headers["cache-control"], "no-store");
        let body = response.json();
        spec::check(&body, spec::of_route("/activity"), &[]);
        let rows = body["data"].as_array().unwrap().clone();
        let found: Vec<f64> = rows
            .iter()
            .map(|row| row["usage"].as_f64().unwrap())
            .collect();
        assert_eq!(found, costs, "{query}");
        rows
    };
    let rows = list(String::new(), &[6.0, 8.0]).await;
    assert_eq!(
        rows[0],
        json!({
            "date": yesterday.to_string(), "model": "a/b", "model_permaslug": "a/b",
            "endpoint_id": "one/eu", "provider_name": "one", "usage": 6.0,
            "byok_usage_inference": 0.0, "requests": 2, "prompt_tokens": 20,
            "completion_tokens": 40, "reasoning_tokens": 0, "cached_tokens": 0,
        })
    );
    list(format!("date={first}"), &[8.0]).await;
    list(format!("api_key_hash={hash}"), &[2.0, 8.0]).await;
    list(
        format!(
            "api_key_hash={}&date={yesterday}",
            hash.to_string().to_uppercase()
        ),
        &[2.0],
    )
    .await;
    list(format!("api_key_hash={}", "0".repeat(64)), &[]).await;
    let rows = list(
        "group_by=workspace&workspace_id=default".to_owned(),
        &[6.0, 8.0],
    )
    .await;
    assert_eq!(rows[0]["workspace_id"], "default");
    for (query, status, param) in [
        (format!("date={}", now.day()), 400, "date"),
        (format!("date={}", now.day().minus(31)), 400, "date"),
        ("date=2026-02-30".to_owned(), 400, "date"),
        ("date=yesterday".to_owned(), 400, "date"),
        (format!("date={yesterday}T00:00:00Z"), 400, "date"),
        ("api_key_hash=1".to_owned(), 400, "api_key_hash"),
        (format!("api_key_hash={}", site.key), 400, "api_key_hash"),
        ("group_by=model".to_owned(), 400, "group_by"),
        ("user_id=u".to_owned(), 400, "user_id"),
        ("workspace_id=other".to_owned(), 404, "workspace_id"),
    ] {
        let path = format!("/api/v1/activity?{query}");
        let response = site.get(&path, &site.manager).await;
        assert_eq!(response.status, status, "{query}");
        assert_eq!(response.error()["param"], param, "{query}");
    }
}
