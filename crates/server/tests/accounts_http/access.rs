//! The callers and the listeners of the account routes.

use orouter_server::Server;
use orouter_server::config::KeyConfig;
use orouter_server::store::{NewKey, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::site::{Site, send};
use crate::support::Running;

/// The routes for management keys, without those with a hash.
const MANAGEMENT: [&str; 3] = ["/keys", "/credits", "/activity"];

#[tokio::test]
async fn every_refused_key_gets_the_same_401() {
    let site = Site::start().await;
    let mut expired = NewKey::new("expired");
    expired.management = true;
    expired.expires_at = Some(Timestamp::from_millis(1));
    let expired = site.create(expired).await;
    let disabled = site.create(NewKey::new("disabled")).await;
    let path = format!(
        "/v1/keys/{}",
        orouter_server::store::KeyHash::of(disabled.as_bytes())
    );
    site.manage("PATCH", &path, &json!({"disabled": true}))
        .await;
    let unknown = format!("sk-or-v1-{}", "0".repeat(64));
    let malformed = format!("{}0", site.key);
    let missing = site.get("/api/v1/key", "").await;
    assert_eq!(missing.status, 401);
    assert_eq!(missing.headers["www-authenticate"], "Bearer");
    for key in ["", &expired, &disabled, &unknown, &malformed, "x"] {
        for route in [
            "/key",
            "/generation?id=gen-1",
            "/keys",
            "/credits",
            "/activity",
            "/keys/0",
        ] {
            for base in ["/api/v1", "/v1"] {
                let response = site.get(&format!("{base}{route}"), key).await;
                assert_eq!(response.status, 401, "{route} {key}");
                assert_eq!(response.text(), missing.text(), "{route} {key}");
                assert_eq!(response.headers["www-authenticate"], "Bearer");
            }
        }
    }
}

#[tokio::test]
async fn management_routes_need_a_management_key() {
    const STATIC: &str = "a static key of the configuration";
    let add = |config: &mut orouter_server::config::Config| {
        config.keys = vec![KeyConfig::new("ci", Sha256::digest(STATIC).into())];
        config.records.require_keys = Some(false);
    };
    let site = Site::with(add, "127.0.0.1", None).await;
    let hash = "0".repeat(64);
    let routes = [
        ("GET", "/keys".to_owned()),
        ("POST", "/keys".to_owned()),
        ("GET", format!("/keys/{hash}")),
        ("PATCH", format!("/keys/{hash}")),
        ("DELETE", format!("/keys/{hash}")),
        ("GET", "/credits".to_owned()),
        ("GET", "/activity".to_owned()),
    ];
    for (method, route) in &routes {
        for base in ["/api/v1", "/v1"] {
            let path = format!("{base}{route}");
            let body = matches!(*method, "POST" | "PATCH").then(|| json!({"name": "a"}));
            for (key, status) in [("", 401), ("wrong", 401), (&*site.key, 403), (STATIC, 403)] {
                let response = site.send(method, &path, key, body.as_ref()).await;
                assert_eq!(response.status, status, "{method} {path} {key}");
                if status == 403 {
                    let message = response.error()["message"].to_string();
                    assert!(message.contains("management key"), "{message}");
                }
            }
            let response = site.send(method, &path, &site.manager, body.as_ref()).await;
            let found = if route.contains(&hash) { 404 } else { 200 };
            let expected = if *method == "POST" { 201 } else { found };
            assert_eq!(response.status, expected, "{method} {path}");
        }
    }
    // Other keys have no record in the store, and requests without one need none.
    assert_eq!(site.get("/v1/models", "").await.status, 200);
    let response = site.get("/v1/key", STATIC).await;
    assert_eq!(response.status, 404);
    assert!(response.text().contains("static"), "{}", response.text());
    assert_eq!(
        site.get("/v1/generation?id=gen-1", STATIC).await.status,
        404
    );
    assert_eq!(site.get("/v1/key", "").await.status, 401);
    assert_eq!(site.get("/v1/generation?id=gen-1", "").await.status, 401);
}

#[tokio::test]
async fn without_a_store_the_routes_name_the_section() {
    let server = Running::start(Server::builder()).await;
    for route in [
        "/key",
        "/generation?id=gen-1",
        "/keys",
        "/keys/0",
        "/credits",
        "/activity",
    ] {
        for key in ["", "some key"] {
            let path = format!("/api/v1{route}");
            let response = send(server.address, "GET", &path, key, None).await;
            assert_eq!(response.status, 404, "{route}");
            let message = response.error()["message"].to_string();
            assert!(message.contains("[store]"), "{message}");
        }
    }
}

#[tokio::test]
async fn another_listener_has_no_management_routes() {
    let site = Site::with(|_| {}, "0.0.0.0", Some("127.0.0.1")).await;
    let admin = site.admin.unwrap();
    for base in ["/api/v1", "/v1"] {
        for route in MANAGEMENT {
            for path in [format!("{base}{route}"), format!("{base}{route}/")] {
                let response = site.get(&path, &site.manager).await;
                assert_eq!(response.status, 404, "{path}");
                let message = response.error()["message"].to_string();
                assert!(message.contains("records.admin_listen"), "{message}");
                let response = send(admin, "GET", &path, &site.manager, None).await;
                assert_eq!(response.status, 200, "{path}");
            }
        }
        for route in ["/key", "/generation?id=gen-1", "/models", "/models/user"] {
            let path = format!("{base}{route}");
            assert_ne!(site.get(&path, &site.manager).await.status, 401, "{path}");
            let response = send(admin, "GET", &path, &site.manager, None).await;
            assert_eq!(response.status, 404, "{path}");
            let message = response.error()["message"].to_string();
            assert!(message.contains("/api/v1/keys"), "{message}");
        }
    }
    assert_eq!(send(admin, "GET", "/v1/keys", "", None).await.status, 401);
    assert_eq!(
        send(admin, "GET", "/v1/keys", &site.key, None).await.status,
        403
    );
    assert_eq!(send(admin, "GET", "/metrics", "", None).await.status, 200);
}

#[tokio::test]
async fn methods_slashes_and_head() {
    let site = Site::start().await;
    let first = orouter_server::store::KeyHash::of(site.key.as_bytes());
    let id = site.generate(&site.key).await;
    for (path, allow) in [
        ("/keys".to_owned(), "GET,HEAD,POST"),
        (format!("/keys/{first}"), "GET,HEAD,PATCH,DELETE"),
        ("/key".to_owned(), "GET,HEAD"),
        ("/credits".to_owned(), "GET,HEAD"),
        ("/activity".to_owned(), "GET,HEAD"),
        (format!("/generation?id={id}"), "GET,HEAD"),
    ] {
        let path = format!("/api/v1{path}");
        let response = site.send("PUT", &path, &site.manager, None).await;
        assert_eq!(response.status, 405, "{path}");
        let mut allowed: Vec<&str> = response.headers["allow"].split(',').collect();
        let mut expected: Vec<&str> = allow.split(',').collect();
        allowed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(allowed, expected, "{path}");
        let slash = match path.split_once('?') {
            Some((path, query)) => format!("{path}/?{query}"),
            None => format!("{path}/"),
        };
        assert_eq!(site.get(&slash, &site.manager).await.status, 200, "{slash}");
        let head = format!(
            "HEAD {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
            site.manager
        );
        let open = site.client().open(head.as_bytes()).await;
        assert_eq!(open.status, 200, "{path}");
    }
    assert_eq!(site.get("/v1/keys/a/b", &site.manager).await.status, 404);
}
