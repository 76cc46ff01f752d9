//! Bodies of `POST /keys` and `PATCH /keys/{hash}` that are refused.

use serde_json::{Value, json};

use crate::site::{Site, send};
use crate::support::{Client, HttpResponse};

/// Returns the parameter that a 400 names.
fn param(response: &HttpResponse) -> Value {
    assert_eq!(response.status, 400, "{}", response.text());
    let error = response.error();
    let message = error["message"].as_str().unwrap();
    assert!(!message.contains('\n'), "{message}");
    error["param"].clone()
}

#[tokio::test]
async fn the_member_at_fault_is_named() {
    let site = Site::start().await;
    let (entry, _) = site.post_key(&json!({"name": "changed"})).await;
    let path = format!("/api/v1/keys/{}", entry["hash"].as_str().unwrap());
    let long = "x".repeat(257);
    let many: Vec<String> = (0..257).map(|n| format!("a/{n}")).collect();
    for (member, value) in [
        ("name", json!("")),
        ("name", json!(null)),
        ("name", json!(1)),
        ("name", json!(["a"])),
        ("name", json!(long)),
        ("name", json!("a\0b")),
        ("limit", json!(-0.01)),
        ("limit", json!(1_000_000)),
        ("limit", json!(1e300)),
        ("limit", json!("5")),
        ("limit", json!(true)),
        ("limit_reset", json!("yearly")),
        ("limit_reset", json!("Daily")),
        ("limit_reset", json!(1)),
        ("expires_at", json!("2199-12-31")),
        ("expires_at", json!("2199-12-31T23:59Z")),
        ("expires_at", json!("2199-12-31T23:59:59")),
        ("expires_at", json!("2199-02-30T23:59:59Z")),
        ("expires_at", json!("2199-12-31T23:59:59+01:00")),
        ("expires_at", json!("2000-01-01T00:00:00Z")),
        ("expires_at", json!(4_102_444_800_u64)),
        ("expires_at", json!("")),
        ("allowed_models", json!("a/b")),
        ("allowed_models", json!([1])),
        ("allowed_models", json!([""])),
        ("allowed_models", json!(["a\0"])),
        ("allowed_models", json!(many)),
        ("allowed_providers", json!({})),
        ("allowed_providers", json!([null])),
        ("requests_per_minute", json!(0)),
        ("requests_per_minute", json!(1.5)),
        ("requests_per_minute", json!(4_294_967_296_u64)),
        ("tokens_per_minute", json!(-1)),
        ("tokens_per_minute", json!("1")),
        ("include_byok_in_limit", json!(true)),
        ("include_byok_in_limit", json!(null)),
        ("external", json!({"user": "u"})),
        ("external", json!(null)),
        ("workspace_id", json!("other")),
        ("workspace_id", json!(null)),
        ("management", json!(true)),
        ("hash", json!("00")),
        ("Name", json!("x")),
    ] {
        let mut body = json!({"name": "new"});
        body[member] = value.clone();
        let created = site.manage("POST", "/api/v1/keys", &body).await;
        assert_eq!(param(&created), member, "{value}");
        let changed = site.manage("PATCH", &path, &json!({member: value})).await;
        assert_eq!(param(&changed), member, "{value}");
    }
    let created = site.manage("POST", "/v1/keys", &json!({"limit": 1})).await;
    assert_eq!(param(&created), "name");
    for body in [
        json!({"name": "a", "disabled": false}),
        json!({"name": "a", "disabled": true}),
    ] {
        assert_eq!(
            param(&site.manage("POST", "/v1/keys", &body).await),
            "disabled"
        );
    }
    for value in [json!(1), json!("true"), json!(null)] {
        let changed = site
            .manage("PATCH", &path, &json!({"disabled": value}))
            .await;
        assert_eq!(param(&changed), "disabled");
    }
    let body = json!({"name": "a", "creator_user_id": ""});
    assert_eq!(
        param(&site.manage("POST", "/v1/keys", &body).await),
        "creator_user_id"
    );
    let changed = site
        .manage("PATCH", &path, &json!({"creator_user_id": "u"}))
        .await;
    assert_eq!(param(&changed), "creator_user_id");
    // Nothing was created or changed.
    let list = site.get("/v1/keys", &site.manager).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 3);
    let read = site.get(&path, &site.manager).await.json();
    assert_eq!(read["data"], entry);
}

#[tokio::test]
async fn times_in_utc_are_accepted_in_several_forms() {
    let site = Site::start().await;
    for (given, stored) in [
        ("2199-12-31T23:59:59Z", "2199-12-31T23:59:59.000Z"),
        ("2199-12-31t23:59:59.25z", "2199-12-31T23:59:59.250Z"),
        ("2199-12-31T23:59:59+00:00", "2199-12-31T23:59:59.000Z"),
        (
            "2199-12-31T23:59:59.123456+00:00",
            "2199-12-31T23:59:59.123Z",
        ),
    ] {
        let (entry, _) = site
            .post_key(&json!({"name": "a", "expires_at": given}))
            .await;
        assert_eq!(entry["expires_at"], stored);
    }
    let nothing = json!({
        "name": "a", "limit": null, "limit_reset": null, "expires_at": null,
        "creator_user_id": null, "allowed_models": null, "allowed_providers": null,
        "requests_per_minute": null, "tokens_per_minute": null,
    });
    site.post_key(&nothing).await;
}

#[tokio::test]
async fn bodies_that_are_no_small_json_objects_are_refused() {
    let site = Site::start().await;
    let authorization = format!("Bearer {}", site.manager);
    let post = async |kind: &str, body: &[u8]| {
        let headers = [("authorization", authorization.as_str())];
        let bytes = Client::posted_with("/api/v1/keys", &headers, body);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let bytes = match kind {
            "application/json" => bytes,
            _ => text.replacen("application/json", kind, 1).into_bytes(),
        };
        site.client().open(&bytes).await.whole().await
    };
    for body in [
        "",
        "null",
        "[]",
        "\"name\"",
        "{",
        "{\"name\":\"a\"",
        "{\"name\":\"a\"}}",
        "{name:1}",
        "{\"name\":NaN}",
        "{\"name\":\"a\",\"limit\":NaN}",
        "{\"name\":\"a\",\"limit\":1e999}",
        "{\"name\":\"a\",\"limit\":Infinity}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"\\ud800\"}",
    ] {
        let response = post("application/json", body.as_bytes()).await;
        assert_eq!(response.status, 400, "{body}: {}", response.text());
    }
    let response = post("application/json", b"{\"name\":\"\xff\"}").await;
    assert_eq!(response.status, 400);
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(post("application/json", deep.as_bytes()).await.status, 400);
    let large = json!({"name": "x".repeat(70_000)}).to_string();
    let response = post("application/json", large.as_bytes()).await;
    assert_eq!(response.status, 413);
    assert!(response.text().contains("65536"), "{}", response.text());
    let response = post("text/plain", b"{\"name\":\"a\"}").await;
    assert_eq!(response.status, 415);
    let list = site.get("/v1/keys", &site.manager).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_key_is_checked_before_the_body() {
    let site = Site::start().await;
    let body = json!({"no": "name"});
    for (key, status) in [("", 401), ("sk-or-v1-x", 401), (&*site.key, 403)] {
        let response = send(site.address, "POST", "/v1/keys", key, Some(&body)).await;
        assert_eq!(response.status, status);
    }
}
