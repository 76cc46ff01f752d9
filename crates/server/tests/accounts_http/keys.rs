//! `/keys`: create, list, read, change, delete.

use std::time::Duration;

use orouter_server::store::{KeyHash, NewKey, Timestamp};
use serde_json::{Value, json};

use crate::site::{COST, Site};
use crate::support::spec;

/// Members of a key that the hosted API does not have.
const EXTENSIONS: [&str; 4] = [
    "allowed_models",
    "allowed_providers",
    "requests_per_minute",
    "tokens_per_minute",
];

fn names(list: &Value) -> Vec<&str> {
    let keys = list["data"].as_array().unwrap().iter();
    keys.map(|key| key["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_key_is_created_used_and_deleted() {
    let site = Site::start().await;
    let body = json!({"name": "search"});
    let response = site.manage("POST", "/api/v1/keys", &body).await;
    assert_eq!(response.status, 201, "{}", response.text());
    assert_eq!(response.headers["cache-control"], "no-store");
    let created = response.json();
    let schema = spec::of_operation("post", "/keys", "201");
    spec::check(&created, schema, &EXTENSIONS);
    let key = created["key"].as_str().unwrap();
    let entry = &created["data"];
    assert_eq!(entry["hash"], KeyHash::of(key.as_bytes()).to_string());
    let label = format!("{}...{}", &key[..12], &key[69..]);
    assert_eq!(entry["label"], label);
    let created_at: Timestamp = entry["created_at"].as_str().unwrap().parse().unwrap();
    assert!(Timestamp::now().millis_since(created_at).abs() < 60_000);
    for member in [
        "limit",
        "limit_reset",
        "expires_at",
        "updated_at",
        "last_used_at",
    ] {
        assert!(entry[member].is_null(), "{member}");
    }
    assert_eq!(entry["workspace_id"], "default");

    site.generate(key).await;
    let path = format!("/api/v1/keys/{}", entry["hash"].as_str().unwrap());
    let response = site.get(&path, &site.manager).await;
    assert_eq!(response.headers["cache-control"], "no-store");
    let read = response.json();
    spec::check(&read, spec::of_route("/keys/{hash}"), &EXTENSIONS);
    for member in ["usage", "usage_daily", "usage_weekly", "usage_monthly"] {
        assert_eq!(read["data"][member], COST, "{member}");
    }
    assert_eq!(read["data"]["byok_usage"], 0.0);
    assert!(read["data"]["last_used_at"].is_string());

    let response = site.send("DELETE", &path, &site.manager, None).await;
    assert_eq!(
        (response.status, response.json()),
        (200, json!({"deleted": true}))
    );
    let schema = spec::of_operation("delete", "/keys/{hash}", "200");
    spec::check(&response.json(), schema, &[]);
    for method in ["GET", "DELETE", "PATCH"] {
        let body = (method == "PATCH").then(|| json!({"name": "x"}));
        let response = site.send(method, &path, &site.manager, body.as_ref()).await;
        assert_eq!(response.status, 404, "{method}");
    }
    while site.get("/api/v1/key", key).await.status != 401 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn every_member_is_stored_and_returned() {
    let site = Site::start().await;
    let body = json!({
        "name": "all \u{e9}", "limit": 12.345_678_901, "limit_reset": "weekly",
        "expires_at": "2199-12-31T23:59:59Z", "creator_user_id": "user_1",
        "workspace_id": "default", "include_byok_in_limit": false,
        "allowed_models": ["test/*", "a/b"], "allowed_providers": [],
        "requests_per_minute": 1, "tokens_per_minute": 4_294_967_295_u32,
    });
    let (entry, key) = site.post_key(&body).await;
    for (name, value) in body.as_object().unwrap() {
        let expected = match name.as_str() {
            "expires_at" => json!("2199-12-31T23:59:59.000Z"),
            _ => value.clone(),
        };
        assert_eq!(entry[name], expected, "{name}");
    }
    assert_eq!(entry["limit_remaining"], 12.345_678_901);
    // No provider is allowed, and the limit is high enough.
    let ask = json!({"model": "test/model", "input": "hi", "max_output_tokens": 5});
    let response = site.send("POST", "/v1/responses", &key, Some(&ask)).await;
    assert_eq!(response.status, 403, "{}", response.text());
}

#[tokio::test]
async fn a_change_keeps_what_is_absent_and_removes_what_is_null() {
    let site = Site::start().await;
    let (entry, _) = site
        .post_key(&json!({
            "name": "a", "limit": 5, "limit_reset": "daily", "expires_at": "2199-01-01T00:00:00.5Z",
            "allowed_models": ["a/b"], "allowed_providers": ["p"],
            "requests_per_minute": 7, "tokens_per_minute": 8,
        }))
        .await;
    let path = format!("/api/v1/keys/{}", entry["hash"].as_str().unwrap());
    let patch = async |body: Value| {
        let response = site.manage("PATCH", &path, &body).await;
        assert_eq!(response.status, 200, "{}", response.text());
        let schema = spec::of_operation("patch", "/keys/{hash}", "200");
        spec::check(&response.json(), schema, &EXTENSIONS);
        response.json()["data"].clone()
    };
    let same = patch(json!({})).await;
    assert_eq!(same, entry, "nothing was changed");
    let mut expected = entry;
    for (member, value) in [
        ("name", json!("b")),
        ("disabled", json!(true)),
        ("limit", json!(2.5)),
        ("limit", json!(null)),
        ("limit_reset", json!("monthly")),
        ("limit_reset", json!(null)),
        ("expires_at", json!("2198-01-01T00:00:00.000Z")),
        ("expires_at", json!(null)),
        ("allowed_models", json!(["c/d", "e/f"])),
        ("allowed_models", json!(null)),
        ("allowed_providers", json!([])),
        ("allowed_providers", json!(null)),
        ("requests_per_minute", json!(9)),
        ("requests_per_minute", json!(null)),
        ("tokens_per_minute", json!(10)),
        ("tokens_per_minute", json!(null)),
        ("disabled", json!(false)),
        ("workspace_id", json!("default")),
        ("include_byok_in_limit", json!(false)),
    ] {
        let changed = patch(json!({member: value.clone()})).await;
        expected[member] = value.clone();
        if member == "limit" {
            expected["limit_remaining"] = value;
        }
        expected["updated_at"] = changed["updated_at"].clone();
        assert!(changed["updated_at"].is_string());
        assert_eq!(changed, expected, "{member}");
    }
}

#[tokio::test]
async fn a_limit_of_the_api_refuses_requests() {
    let site = Site::start().await;
    let (entry, key) = site
        .post_key(&json!({"name": "poor", "limit": 0, "limit_reset": "daily"}))
        .await;
    let ask = json!({"model": "test/model", "input": "hi", "max_output_tokens": 5});
    let response = site.send("POST", "/v1/responses", &key, Some(&ask)).await;
    assert_eq!(response.status, 403);
    let path = format!("/v1/keys/{}", entry["hash"].as_str().unwrap());
    let changed = site.manage("PATCH", &path, &json!({"limit": 100})).await;
    assert_eq!(changed.json()["data"]["limit_remaining"], 100.0);
    // The change reaches the cache of keys, and the refusal is remembered for a moment.
    let mut status = 0;
    for _ in 0..200 {
        status = site
            .send("POST", "/v1/responses", &key, Some(&ask))
            .await
            .status;
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(status, 200);
    let read = site.get(&path, &site.manager).await.json();
    assert_eq!(read["data"]["limit_remaining"], 100.0 - COST);
}

#[tokio::test]
async fn keys_are_listed_in_pages_without_those_that_cannot_be_used() {
    let site = Site::start().await;
    for number in 0..101 {
        site.create(NewKey::new(format!("key {number}"))).await;
    }
    let list = async |query: &str| {
        let path = format!("/api/v1/keys{query}");
        let response = site.get(&path, &site.manager).await;
        assert_eq!(response.status, 200, "{}", response.text());
        spec::check(&response.json(), spec::of_route("/keys"), &EXTENSIONS);
        response.json()
    };
    // With those that every site has.
    assert_eq!(names(&list("").await).len(), 100);
    assert_eq!(
        names(&list("?offset=100&workspace_id=default").await).len(),
        3
    );
    assert_eq!(names(&list("?offset=4294967295").await).len(), 0);

    let mut expired = NewKey::new("expired");
    expired.expires_at = Some(Timestamp::from_millis(0));
    site.create(expired).await;
    let (entry, _) = site.post_key(&json!({"name": "disabled"})).await;
    let path = format!("/v1/keys/{}", entry["hash"].as_str().unwrap());
    site.manage("PATCH", &path, &json!({"disabled": true}))
        .await;
    for (query, disabled, expired) in [
        ("?a=b", false, false),
        (
            "?include_disabled=false&include_expired=false",
            false,
            false,
        ),
        ("?include_disabled=true", true, false),
        ("?include_expired=true&offset=", false, true),
        (
            "?include_expired=true&include_disabled=true&offset=0",
            true,
            true,
        ),
    ] {
        let list = list(query).await;
        let has = |name| names(&list).contains(&name);
        assert_eq!(
            (has("disabled"), has("expired")),
            (disabled, expired),
            "{query}"
        );
    }
}

#[tokio::test]
async fn parameters_that_cannot_be_used_are_named() {
    let site = Site::start().await;
    for (query, status, param) in [
        ("offset=-1", 400, "offset"),
        ("offset=%2B1", 400, "offset"),
        ("offset=1.5", 400, "offset"),
        ("offset=4294967296", 400, "offset"),
        ("offset=1&offset=2", 400, "offset"),
        ("include_disabled=yes", 400, "include_disabled"),
        ("include_expired=1", 400, "include_expired"),
        ("workspace_id=other", 404, "workspace_id"),
    ] {
        let path = format!("/api/v1/keys?{query}");
        let response = site.get(&path, &site.manager).await;
        assert_eq!(response.status, status, "{query}");
        assert_eq!(response.error()["param"], param, "{query}");
    }
}

#[tokio::test]
async fn management_keys_are_listed_and_not_changed() {
    let site = Site::start().await;
    let own = KeyHash::of(site.manager.as_bytes());
    let other = site.create_manager(Default::default()).await;
    let list = site.get("/v1/keys", &site.manager).await.json();
    assert_eq!(
        names(&list)
            .iter()
            .filter(|name| **name == "operator")
            .count(),
        2
    );
    for hash in [own, KeyHash::of(other.as_bytes())] {
        let path = format!("/v1/keys/{hash}");
        let read = site.get(&path, &site.manager).await;
        assert_eq!(read.status, 200);
        for (method, body) in [
            ("DELETE", None),
            ("PATCH", Some(json!({"disabled": true}))),
            ("PATCH", Some(json!({"name": "x"}))),
            ("PATCH", Some(json!({}))),
        ] {
            let response = site.send(method, &path, &site.manager, body.as_ref()).await;
            assert_eq!(response.status, 403, "{method}");
            let message = response.error()["message"].to_string();
            assert!(message.contains("`orouter keys`"), "{message}");
        }
        assert_eq!(site.get(&path, &site.manager).await.json(), read.json());
    }
    // No body makes a key a management key.
    let body = json!({"name": "x", "management": true});
    let response = site.manage("POST", "/v1/keys", &body).await;
    assert_eq!(
        (response.status, &response.error()["param"]),
        (400, &json!("management"))
    );
}
