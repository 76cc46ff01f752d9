//! Requests that try to read what they must not, and secrets in logs, errors, metrics and records.

use orouter_server::store::KeyHash;
use serde_json::{Value, json};

use crate::site::{Site, send};
use crate::support::Client;
use crate::support::log::Lines;

#[tokio::test]
async fn statements_in_values_are_values() {
    let site = Site::start().await;
    for text in [
        "'; DROP TABLE keys; --",
        "\" OR 1=1 --",
        "a%' OR '1'='1",
        "\\'; SELECT pg_sleep(10); --",
        "${jndi:ldap://x}",
        "\u{202e}gnirts",
        "line\r\nbreak",
    ] {
        let body = json!({"name": text, "creator_user_id": text, "allowed_models": [text]});
        let (entry, _) = site.post_key(&body).await;
        assert_eq!(entry["name"], text);
        assert_eq!(entry["creator_user_id"], text);
        let path = format!("/v1/keys/{}", entry["hash"].as_str().unwrap());
        let read = site.get(&path, &site.manager).await.json();
        assert_eq!(read["data"]["allowed_models"], json!([text]));
    }
    let own = KeyHash::of(site.key.as_bytes());
    for hash in [
        "'",
        "%27%20OR%201=1--",
        "%00",
        &format!("{own}%00"),
        &format!("{own}'"),
        "%ff",
        "..%2f",
        &format!("{own}0"),
        "*",
        "%25",
    ] {
        for method in ["GET", "DELETE"] {
            let response = site
                .send(method, &format!("/v1/keys/{hash}"), &site.manager, None)
                .await;
            assert_eq!(response.status, 404, "{hash}");
        }
    }
    let list = site.get("/v1/keys", &site.manager).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn a_malformed_key_causes_no_statement() {
    let site = Site::start().await;
    let before = site.store.look_ups();
    let short = &site.key[..72];
    let long = format!("{}0", site.key);
    for key in [
        "x",
        "' OR 1=1 --",
        "sk-or-v1-",
        short,
        &long,
        "sk-or-v1-' OR '1'='1",
        "\u{e9}",
        &site.key.to_uppercase(),
        &format!("{} {}", site.key, site.key),
        &format!("sk-or-v1-{}", "g".repeat(64)),
    ] {
        for path in ["/v1/key", "/v1/keys", "/v1/models"] {
            assert_eq!(site.get(path, key).await.status, 401, "{path} {key}");
        }
    }
    assert_eq!(site.store.look_ups(), before);
    // One that has the form of a key is looked up, once.
    let unknown = format!("sk-or-v1-{}", "0".repeat(64));
    for _ in 0..3 {
        assert_eq!(site.get("/v1/keys", &unknown).await.status, 401);
    }
    assert_eq!(site.store.look_ups(), before + 1);
}

#[tokio::test]
async fn two_authorizations_are_refused() {
    let site = Site::start().await;
    for (first, second) in [
        (&site.manager, &site.manager),
        (&site.key, &site.manager),
        (&site.manager, &site.key),
    ] {
        let (first, second) = (format!("Bearer {first}"), format!("Bearer {second}"));
        let headers = [("authorization", &*first), ("Authorization", &*second)];
        let response = site.client().request("GET", "/v1/keys", &headers).await;
        assert_eq!(response.status, 401);
    }
    // Other headers and the query have no key.
    for header in [
        "x-api-key",
        "proxy-authorization",
        "cookie",
        "x-authorization",
    ] {
        let value = format!("Bearer {}", site.manager);
        let headers = [(header, value.as_str())];
        let response = site.client().request("GET", "/v1/keys", &headers).await;
        assert_eq!(response.status, 401, "{header}");
    }
    for name in ["key", "api_key", "authorization", "access_token"] {
        let path = format!("/v1/keys?{name}={}", site.manager);
        assert_eq!(site.get(&path, "").await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn ambiguous_requests_do_not_reach_a_route() {
    let site = Site::start().await;
    let hash = KeyHash::of(site.key.as_bytes());
    let smuggled = format!(
        "DELETE /v1/keys/{hash} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
        site.manager
    );
    let head = |headers: &str, body: &str| {
        format!(
            "POST /v1/keys HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}\
             \r\n\r\n{body}"
        )
    };
    let authorized = format!("authorization: Bearer {}\r\n", site.manager);
    let length = smuggled.len() + 5;
    for request in [
        head(
            &format!("{authorized}content-length: {length}\r\ntransfer-encoding: chunked"),
            &format!("0\r\n\r\n{smuggled}"),
        ),
        head(
            &format!("{authorized}content-length: 5\r\ncontent-length: {length}"),
            &format!("0\r\n\r\n{smuggled}"),
        ),
        head(
            &format!("{authorized}transfer-encoding: chunked, identity"),
            &format!("0\r\n\r\n{smuggled}"),
        ),
        // A folded header.
        head(
            &format!(
                "authorization: Bearer\r\n {}\r\ncontent-length: 12",
                site.manager
            ),
            "{\"name\":\"a\"}",
        ),
        head(
            &format!("{authorized}content-length : 12"),
            "{\"name\":\"a\"}",
        ),
    ] {
        let response = site.client().open(request.as_bytes()).await;
        let status = response.status;
        assert!((400..500).contains(&status), "{status}: {request}");
    }
    // A header whose value has a line break ends in another header, not in another request.
    let split = format!(
        "/v1/keys/{hash}%0d%0aauthorization:%20Bearer%20{}",
        site.manager
    );
    assert_eq!(site.get(&split, "").await.status, 401);
    let list = site.get("/v1/keys", &site.manager).await.json();
    assert_eq!(
        list["data"].as_array().unwrap().len(),
        2,
        "nothing was created or deleted"
    );
}

#[tokio::test]
async fn secrets_are_in_no_log_error_metric_or_record() {
    let log = Lines::get();
    let site = Site::start().await;
    let (entry, created) = site.post_key(&json!({"name": "audited \n\"name\""})).await;
    let hash = entry["hash"].as_str().unwrap();
    let path = format!("/v1/keys/{hash}");
    site.manage("PATCH", &path, &json!({"limit": 5, "name": "renamed"}))
        .await;
    let id = site.generate(&created).await;
    let unknown = format!("sk-or-v1-{}", "7".repeat(64));
    let mut texts = Vec::new();
    for key in [&site.manager, &site.key, &created, &unknown] {
        for path in [
            format!("/v1/keys?key={key}"),
            format!("/v1/keys/{key}"),
            format!("/v1/keys/{key}/"),
            format!("/v1/{key}"),
            format!("/v1/key?authorization={key}"),
            format!("/v1/generation?id={key}"),
            format!("/v1/activity?user_id=a&key={key}"),
        ] {
            for with in ["", &site.manager, &site.key, &unknown] {
                let response = send(site.address, "GET", &path, with, None).await;
                texts.push(response.text());
            }
        }
    }
    texts.push(
        site.get(&format!("/v1/generation?id={id}"), &created)
            .await
            .text(),
    );
    texts.push(site.get("/v1/keys", &site.manager).await.text());
    texts.push(site.get("/v1/key", &created).await.text());
    texts.push(Client::new(site.address).get("/metrics").await.text());
    texts.push(site.send("DELETE", &path, &site.manager, None).await.text());
    let wrong_method = format!("/v1/keys/{}", site.key);
    texts.push(
        site.send("PUT", &wrong_method, &site.key, None)
            .await
            .text(),
    );
    texts.push(log.text());
    for secret in [&site.manager, &site.key, &created, &unknown] {
        for text in &texts {
            assert!(!text.contains(&secret[13..]), "{secret} in {text}");
        }
    }
    let text = log.text();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let audit: Vec<Value> = lines
        .filter(|line| line["key"] == hash && line["by_key"].is_string())
        .collect();
    let messages: Vec<&str> = audit
        .iter()
        .filter_map(|line| line["message"].as_str())
        .collect();
    assert_eq!(messages, ["key created", "key changed", "key deleted"]);
    assert_eq!(audit[0]["name"], "audited \\n\"name\"");
    assert_eq!(audit[1]["members"], "limit,name");
    assert_eq!(audit[1]["name"], "renamed");
    for line in &audit {
        assert_eq!(line["by"], "operator");
        assert_eq!(
            line["by_key"],
            KeyHash::of(site.manager.as_bytes()).to_string()
        );
        assert_eq!(line["account"], "default");
        assert_eq!(line["level"], "INFO");
    }
}
