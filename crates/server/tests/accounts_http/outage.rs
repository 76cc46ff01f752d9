//! A database that does not answer.

use serde_json::json;

use crate::site::Site;

#[tokio::test]
async fn a_database_that_does_not_answer_is_a_503() {
    let site = Site::start().await;
    // Both keys are in the cache then.
    assert_eq!(site.get("/v1/credits", &site.manager).await.status, 200);
    assert_eq!(site.get("/v1/key", &site.key).await.status, 200);
    site.store.set_down(true);
    let body = json!({"name": "a"});
    let hash = format!("/v1/keys/{}", "0".repeat(64));
    for (method, path, body) in [
        ("GET", "/v1/keys", None),
        ("POST", "/v1/keys", Some(&body)),
        ("GET", &hash, None),
        ("PATCH", &hash, Some(&body)),
        ("DELETE", &hash, None),
        ("GET", "/v1/credits", None),
        ("GET", "/v1/activity", None),
        ("GET", "/v1/generation?id=gen-1", None),
        ("GET", "/v1/key", None),
    ] {
        let response = site.send(method, path, &site.manager, body).await;
        assert_eq!(response.status, 503, "{method} {path}");
        assert!(response.headers.contains_key("retry-after"), "{path}");
        assert!(!response.text().contains("the test says so"));
    }
    // A key that is not in the cache cannot be checked; one without the form of a key can.
    let unknown = format!("sk-or-v1-{}", "0".repeat(64));
    for path in ["/v1/key", "/v1/keys"] {
        let response = site.get(path, &unknown).await;
        assert_eq!(response.status, 503);
        assert!(response.headers.contains_key("retry-after"));
        assert_eq!(site.get(path, "unknown").await.status, 401);
    }
    site.store.set_down(false);
    assert_eq!(site.get("/v1/keys", &site.manager).await.status, 200);
}
