//! The state that servers share.

use std::time::Duration;

use orouter_store::{
    EndpointCounts, KeyHash, RateKind, RateRequest, ServedConversation, Timestamp,
};

use crate::support::*;

pub(crate) async fn a_rate_limit_is_taken_in_parts(db: Db) {
    let key = KeyHash::of(b"key");
    let take = async |kind, used, wanted| {
        let request = RateRequest::new(key, kind, 10, used, wanted);
        let grant = db.take_rate(request).await.unwrap();
        assert!(grant.resets_in <= Duration::from_secs(60));
        (grant.granted, grant.left)
    };
    // The parts of a minute must not be divided between two minutes.
    let millis = db.now().await.unwrap().to_millis().rem_euclid(60_000);
    if millis > 55_000 {
        tokio::time::sleep(Duration::from_secs(6)).await;
    }
    assert_eq!(take(RateKind::Requests, 0, 4).await, (4, 6));
    assert_eq!(take(RateKind::Requests, 0, 4).await, (4, 2));
    assert_eq!(take(RateKind::Tokens, 0, 4).await, (4, 6));
    assert_eq!(take(RateKind::Requests, 0, 4).await, (2, 0));
    assert_eq!(take(RateKind::Requests, 0, 4).await, (0, 0));
    // More was used than was granted.
    assert_eq!(take(RateKind::Tokens, 5, 4).await, (1, 0));
    assert_eq!(take(RateKind::Tokens, 7, 1).await, (0, 0));
}

pub(crate) async fn conversations_are_shared(db: Db) {
    let start = db.now().await.unwrap();
    let served =
        |conversation: &str, endpoint: &str| ServedConversation::new(conversation, endpoint);
    db.put_conversations(vec![served("c1", "p/x"), served("c2", "p/x")])
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(3)).await;
    db.put_conversations(vec![served("c1", "p/y")])
        .await
        .unwrap();
    let found = db.conversations_since(start, 10).await.unwrap();
    let texts: Vec<_> = found
        .iter()
        .map(|it| (it.conversation.as_str(), it.endpoint.as_str()))
        .collect();
    assert_eq!(texts, [("c1", "p/y"), ("c2", "p/x")]);
    assert_eq!(db.conversations_since(start, 1).await.unwrap().len(), 1);
    let later = found[0].at.plus(Duration::from_millis(1));
    assert_eq!(db.conversations_since(later, 10).await.unwrap(), []);
}

pub(crate) async fn outages_of_other_processes_are_summed(db: Db) {
    let (one, two, three) = (
        process(&db, LONG).await,
        process(&db, LONG).await,
        process(&db, LONG).await,
    );
    let second = |seconds: i64| Timestamp::from_millis(seconds * 1000);
    let counts = |endpoint: &str, at, attempts, failures| {
        EndpointCounts::new(endpoint, second(at), attempts, failures)
    };
    db.put_outages(
        one.clone(),
        vec![counts("e", 10, 4, 2), counts("f", 10, 1, 0)],
    )
    .await
    .unwrap();
    db.put_outages(one.clone(), vec![counts("e", 10, 1, 1)])
        .await
        .unwrap();
    db.put_outages(
        two.clone(),
        vec![counts("e", 10, 5, 0), counts("e", 11, 1, 1)],
    )
    .await
    .unwrap();
    let seen = db.outages_since(three, second(10)).await.unwrap();
    let expected = [
        counts("e", 10, 10, 3),
        counts("e", 11, 1, 1),
        counts("f", 10, 1, 0),
    ];
    assert_eq!(seen, expected);
    let seen = db.outages_since(two, second(10)).await.unwrap();
    assert_eq!(seen, [counts("e", 10, 5, 3), counts("f", 10, 1, 0)]);
    assert_eq!(
        db.outages_since(one, second(11)).await.unwrap(),
        [counts("e", 11, 1, 1)]
    );
}
