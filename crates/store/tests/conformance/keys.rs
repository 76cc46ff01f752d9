//! API keys.

use std::time::Duration;

use orouter_store::{
    AccountId, ApiKey, Change, KeyChange, KeyFilter, KeyHash, KeyRefusal, LimitReset, NewKey,
    Scope, StoreError, Usd,
};

use crate::support::*;

fn full() -> NewKey {
    let mut new = NewKey::new("search");
    new.limit = Some(Usd::from_f64(12.5));
    new.limit_reset = Some(LimitReset::Weekly);
    new.creator = Some("user_1".to_owned());
    new.allowed_models = Some(vec!["a/b".to_owned(), "a/\"c\"".to_owned()]);
    new.allowed_providers = Some(vec![]);
    new.requests_per_minute = Some(60);
    new.tokens_per_minute = Some(u32::MAX >> 1);
    new
}

pub(crate) async fn a_new_key_is_found_by_its_hash(db: Db) {
    let mut new = full();
    let now = db.now().await.unwrap();
    new.expires_at = Some(now.plus(Duration::from_secs(60)));
    new.management = true;
    let (secret, details) = create_key(&db, new).await;
    let key = &details.key;
    assert_eq!((key.hash, &key.label), (secret.hash(), &secret.label()));
    assert_eq!(
        (key.updated_at, key.last_used_at, key.disabled),
        (None, None, false)
    );
    assert!(key.management);
    assert_eq!(details.limit_remaining(), Some(Usd::from_f64(12.5)));

    let found = db.find_key(secret.hash()).await.unwrap().expect("the key");
    assert_eq!((&found.key, found.prepaid), (key, false));
    assert_eq!(found.key.check(now), Ok(()));
    let later = now.plus(Duration::from_secs(60));
    assert_eq!(found.key.check(later), Err(KeyRefusal::Expired));
    assert_eq!(
        db.key(account(), key.hash).await.unwrap().as_ref(),
        Some(&details)
    );
    add_credits(&db, 1).await;
    assert!(
        db.find_key(secret.hash())
            .await
            .unwrap()
            .expect("the key")
            .prepaid
    );

    assert_eq!(db.find_key(KeyHash::of(b"other")).await.unwrap(), None);
    let other = AccountId::new("other").unwrap();
    assert_eq!(db.key(other, key.hash).await.unwrap(), None);
}

pub(crate) async fn keys_are_listed_in_pages(db: Db) {
    let now = db.now().await.unwrap();
    for index in 0..7 {
        let mut new = NewKey::new(format!("key {index}"));
        if index == 3 {
            new.expires_at = Some(now);
        }
        let (_, details) = create_key(&db, new).await;
        if index == 5 {
            let mut change = KeyChange::default();
            change.disabled = Some(true);
            db.update_key(account(), details.key.hash, change)
                .await
                .unwrap();
        }
        tokio::time::sleep(Duration::from_millis(2)).await; // another creation time
    }
    let list = async |offset, count, disabled, expired| {
        let mut filter = KeyFilter::new(account());
        (filter.offset, filter.count) = (offset, count);
        (filter.include_disabled, filter.include_expired) = (disabled, expired);
        let keys = db.keys(filter).await.unwrap();
        let names = keys
            .iter()
            .map(|key| key.key.name.trim_start_matches("key ").to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list(0, 100, false, false).await, "6 4 2 1 0");
    assert_eq!(list(0, 100, true, true).await, "6 5 4 3 2 1 0");
    assert_eq!(list(2, 2, false, false).await, "2 1");
    assert_eq!(list(0, 100, true, false).await, "6 5 4 2 1 0");
    assert_eq!(list(90, 10, true, true).await, "");
}

pub(crate) async fn a_change_replaces_only_its_members(db: Db) {
    let (_, before) = create_key(&db, full()).await;
    let hash = before.key.hash;
    let mut change = KeyChange::default();
    change.name = Some("new".to_owned());
    change.limit = Some(None);
    change.allowed_models = Some(Some(vec!["x/y".to_owned()]));
    let after = db
        .update_key(account(), hash, change)
        .await
        .unwrap()
        .unwrap()
        .key;
    assert!(after.updated_at.is_some());
    let mut expected = before.key;
    expected.name = "new".to_owned();
    expected.limit = None;
    expected.allowed_models = Some(vec!["x/y".to_owned()]);
    expected.updated_at = after.updated_at;
    assert_eq!(after, expected);
    assert_eq!(db.find_key(hash).await.unwrap().unwrap().key, expected);
    let other = AccountId::new("other").unwrap();
    let change = KeyChange::default();
    assert_eq!(db.update_key(other, hash, change).await.unwrap(), None);
}

pub(crate) async fn a_deleted_key_is_unknown(db: Db) {
    let (_, details) = create_key(&db, full()).await;
    let hash = details.key.hash;
    let other = AccountId::new("other").unwrap();
    assert!(!db.delete_key(other, hash).await.unwrap());
    assert!(db.find_key(hash).await.unwrap().is_some());
    assert!(db.delete_key(account(), hash).await.unwrap());
    assert!(!db.delete_key(account(), hash).await.unwrap());
    assert_eq!(db.find_key(hash).await.unwrap(), None);
}

pub(crate) async fn texts_are_values_and_never_sql(db: Db) {
    let texts = [
        "'; DROP TABLE keys; --",
        "\" OR 1=1 --",
        "$1 ?1 :a @b",
        "%_\\",
        "ключ\u{1F511}\u{202E}",
        "\n\r\t\u{7f}",
    ];
    for text in texts {
        let mut new = NewKey::new(text);
        new.creator = Some(text.to_owned());
        new.allowed_models = Some(vec![text.to_owned()]);
        let (_, details) = create_key(&db, new).await;
        let found = db.find_key(details.key.hash).await.unwrap().unwrap().key;
        assert_eq!(found.name, text);
        assert_eq!(found.creator.as_deref(), Some(text));
        assert_eq!(found.allowed_models, Some(vec![text.to_owned()]));
        let mut settlement = settlement(&db, 1).await;
        settlement.record.id = text.to_owned();
        settlement.record.model = text.to_owned();
        settlement.record.client.session_id = Some(text.to_owned());
        let record = settlement.record.clone();
        write(&db, vec![settlement]).await;
        let found = db
            .generation(text, Scope::Account(account()))
            .await
            .unwrap();
        assert_eq!(found, Some(record));
        // A hash and an account's id have no room for SQL.
        assert!(text.parse::<KeyHash>().is_err());
        assert!(AccountId::new(text).is_err());
    }
    let hash = KeyHash::of(texts[0].as_bytes());
    assert_eq!(db.find_key(hash).await.unwrap(), None);
    assert_eq!(
        db.keys(KeyFilter::new(account())).await.unwrap().len(),
        texts.len()
    );
}

pub(crate) async fn values_that_cannot_be_stored_are_refused(db: Db) {
    let with = |change: fn(&mut NewKey)| {
        let mut new = full();
        change(&mut new);
        new
    };
    for new in [
        with(|new| new.name.clear()),
        with(|new| new.name = "x".repeat(257)),
        with(|new| new.name = "a\0b".to_owned()),
        with(|new| new.limit = Some(usd(-1))),
        with(|new| new.limit = Some(Usd::from_f64(1_000_000.0))),
        with(|new| new.account = AccountId::new("unknown").unwrap()),
        with(|new| new.allowed_models = Some(vec![String::new()])),
        with(|new| new.allowed_providers = Some(vec!["p".to_owned(); 257])),
    ] {
        let error = db
            .create_key(new, &ApiKey::random().unwrap())
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    }
    let (_, details) = create_key(&db, full()).await;
    let mut change = KeyChange::default();
    change.name = Some(String::new());
    let error = db
        .update_key(account(), details.key.hash, change)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    assert_eq!(
        db.find_key(details.key.hash).await.unwrap().unwrap().key,
        details.key
    );
}

pub(crate) async fn changes_are_announced(db: Db) {
    let mut feed = db.changes();
    while !feed.is_live() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let expect = async |feed: &mut orouter_store::ChangeFeed, change: Change| {
        let wait = async {
            while let Some(found) = feed.next().await {
                if found == change {
                    return;
                }
            }
            panic!("the feed ended");
        };
        tokio::time::timeout(Duration::from_secs(10), wait)
            .await
            .expect("a change");
    };
    let (_, details) = create_key(&db, full()).await;
    let hash = details.key.hash;
    expect(&mut feed, Change::Key(hash)).await;
    let mut change = KeyChange::default();
    change.disabled = Some(true);
    db.update_key(account(), hash, change).await.unwrap();
    expect(&mut feed, Change::Key(hash)).await;
    add_credits(&db, 5).await;
    expect(&mut feed, Change::Account(account())).await;
    db.delete_key(account(), hash).await.unwrap();
    expect(&mut feed, Change::Key(hash)).await;
    assert!(feed.is_live());
}
