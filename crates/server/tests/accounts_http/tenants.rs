//! Two accounts cannot see each other.

use std::collections::BTreeSet;

use orouter_server::store::{AccountId, AccountStore as _, CreditGrant, KeyHash, NewKey, Usd};
use serde_json::{Value, json};

use crate::site::{COST, Site};

#[tokio::test]
async fn two_accounts_cannot_see_each_other() {
    let site = Site::start().await;
    let other = AccountId::new("other").unwrap();
    site.store.create_account(other.clone()).await.unwrap();
    let manager = site.create_manager(other.clone()).await;
    let mut new = NewKey::new("theirs");
    new.account = other.clone();
    let key = site.create(new).await;
    let grant = CreditGrant::new("g", other, Usd::from_f64(9.0));
    site.store.add_credits(grant).await.unwrap();

    // Keys.
    let names = |list: &Value| -> BTreeSet<String> {
        let keys = list["data"].as_array().unwrap().iter();
        keys.map(|key| key["workspace_id"].as_str().unwrap().to_owned())
            .collect()
    };
    for (manager, account) in [(&site.manager, "default"), (&manager, "other")] {
        let list = site.get("/v1/keys", manager).await.json();
        assert_eq!(names(&list), BTreeSet::from([account.to_owned()]));
        assert_eq!(list["data"].as_array().unwrap().len(), 2);
    }
    let unknown = site
        .get(&format!("/v1/keys/{}", "0".repeat(64)), &manager)
        .await;
    for target in [&site.key, &site.manager] {
        let path = format!("/v1/keys/{}", KeyHash::of(target.as_bytes()));
        for (method, body) in [
            ("GET", None),
            ("DELETE", None),
            ("PATCH", Some(json!({"disabled": true}))),
        ] {
            let response = site.send(method, &path, &manager, body.as_ref()).await;
            assert_eq!(response.status, 404, "{method}");
            assert_eq!(response.text(), unknown.text());
        }
        assert_eq!(site.get("/v1/key", target).await.status, 200);
    }
    for body in [
        json!({"name": "a", "workspace_id": "default"}),
        json!({"name": "a", "workspace_id": "none"}),
    ] {
        let response = site.send("POST", "/v1/keys", &manager, Some(&body)).await;
        assert_eq!(
            (response.status, &response.error()["param"]),
            (400, &json!("workspace_id"))
        );
    }
    let body = json!({"name": "a", "workspace_id": "other"});
    let response = site.send("POST", "/v1/keys", &manager, Some(&body)).await;
    assert_eq!(response.json()["data"]["workspace_id"], "other");
    assert_eq!(
        site.get("/v1/keys?workspace_id=default", &manager)
            .await
            .status,
        404
    );

    // Generations.
    let (mine, theirs) = (site.generate(&site.key).await, site.generate(&key).await);
    let none = site.get("/v1/generation?id=gen-none", &site.key).await;
    assert_eq!(none.status, 404);
    for (id, readers, others) in [
        (&mine, [&site.key, &site.manager], [&key, &manager]),
        (&theirs, [&key, &manager], [&site.key, &site.manager]),
    ] {
        let path = format!("/v1/generation?id={id}");
        // In the journal at first, then in the database.
        for _ in 0..2 {
            for reader in others {
                let response = site.get(&path, reader).await;
                assert_eq!(response.status, 404);
                assert_eq!(response.text(), none.text());
            }
            for reader in readers {
                assert_eq!(site.get(&path, reader).await.status, 200);
            }
            site.get("/v1/credits", &manager).await;
        }
    }
    let sibling = site.create(NewKey::new("sibling")).await;
    let path = format!("/v1/generation?id={mine}");
    let response = site.get(&path, &sibling).await;
    assert_eq!((response.status, response.text()), (404, none.text()));

    // Credits and usage.
    for (manager, credits) in [(&site.manager, 0.0), (&manager, 9.0)] {
        let body = site.get("/v1/credits", manager).await.json();
        let expected = json!({"total_credits": credits, "total_usage": COST});
        assert_eq!(body["data"], expected);
    }
    let hash = KeyHash::of(site.key.as_bytes());
    let path = format!("/v1/activity?api_key_hash={hash}");
    let body = site.get(&path, &manager).await.json();
    assert_eq!(body, json!({"data": []}));
    assert_eq!(
        site.get("/v1/activity?workspace_id=default", &manager)
            .await
            .status,
        404
    );
}
