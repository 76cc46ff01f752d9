//! Accounts and credits.

use orouter_store::{AccountId, CreditGrant, StoreError, Usd};

use crate::support::*;

pub(crate) async fn the_default_account_has_no_credits(db: Db) {
    let account = read_account(&db).await;
    assert_eq!((account.credits, account.usage), (None, Usd::ZERO));
    let now = db.now().await.unwrap();
    assert!(now.millis_since(account.created_at) < 60_000);
    let other = AccountId::new("other").unwrap();
    assert_eq!(db.account(other.clone()).await.unwrap(), None);
    db.create_account(other.clone()).await.unwrap();
    db.create_account(other.clone()).await.unwrap();
    assert!(db.account(other).await.unwrap().is_some());
}

pub(crate) async fn credits_are_added_once(db: Db) {
    let grant = CreditGrant::new("invoice 1", account(), usd(500));
    for _ in 0..2 {
        let account = db.add_credits(grant.clone()).await.unwrap().unwrap();
        assert_eq!(account.credits, Some(usd(500)));
    }
    let back = CreditGrant::new("refund 1", account(), usd(-200));
    let account = db.add_credits(back).await.unwrap().unwrap();
    assert_eq!(account.balance(), Some(usd(300)));
    let unknown = CreditGrant::new("x", AccountId::new("unknown").unwrap(), usd(1));
    assert_eq!(db.add_credits(unknown).await.unwrap(), None);
}

pub(crate) async fn grants_that_cannot_be_stored_are_refused(db: Db) {
    for (id, amount, note) in [
        ("", usd(1), None),
        ("a\0", usd(1), None),
        ("a", Usd::MAX, None),
        ("a", usd(1), Some("\0")),
    ] {
        let mut grant = CreditGrant::new(id, account(), amount);
        grant.note = note.map(str::to_owned);
        let error = db.add_credits(grant).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    }
    assert_eq!(read_account(&db).await.credits, None);
}
