//! Connections to upstreams: reuse, stale ones, cancellation.

use std::time::Duration;

use orouter_http::testing::Step;

use super::support::{COMPLETED, CREATED, DELTA, STREAM_HEAD, Setup, chunk, collect, json, stream};

#[tokio::test]
async fn a_connection_serves_one_call_after_another() {
    let setup = Setup::new([stream(&[DELTA, COMPLETED, "[DONE]"])]).await;
    for _ in 0..5 {
        let (_, failure) = collect(setup.call().await.unwrap()).await;
        assert!(failure.is_none());
    }
    assert_eq!(setup.server.accepted_connections(), 1);
}

#[tokio::test]
async fn the_end_of_a_stream_may_come_late() {
    let mut late = vec![Step::send(format!("{STREAM_HEAD}{}", chunk(COMPLETED)))];
    late.push(Step::Wait(Duration::from_millis(20)));
    late.push(Step::send(format!("{}0\r\n\r\n", chunk("[DONE]"))));
    let setup = Setup::new([late]).await;
    for _ in 0..3 {
        let (events, failure) = collect(setup.call().await.unwrap()).await;
        assert_eq!((events.len(), failure), (1, None));
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    assert_eq!(setup.server.accepted_connections(), 1);
}

#[tokio::test]
async fn an_endless_end_of_a_stream_closes_the_connection() {
    let setup = Setup::new([vec![
        Step::send(format!("{STREAM_HEAD}{}", chunk(COMPLETED))),
        Step::Hang,
    ]])
    .await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert_eq!((events.len(), failure), (1, None));
    setup.open_connections(0).await;
}

#[tokio::test]
async fn error_replies_leave_the_connection_usable() {
    let setup = Setup::new([json(429, "{}"), json(500, "oops"), stream(&[COMPLETED])]).await;
    setup.call().await.unwrap_err();
    setup.call().await.unwrap_err();
    let (_, failure) = collect(setup.call().await.unwrap()).await;
    assert!(failure.is_none());
    assert_eq!(setup.server.accepted_connections(), 1);
}

#[tokio::test]
async fn a_connection_that_the_upstream_closed_is_not_used() {
    let mut closing = stream(&[COMPLETED]);
    closing.push(Step::Close);
    let setup = Setup::new([closing]).await;
    for _ in 0..5 {
        let (events, failure) = collect(setup.call().await.unwrap()).await;
        assert_eq!((events.len(), failure), (1, None));
        setup.open_connections(0).await;
    }
    assert_eq!(setup.server.accepted_connections(), 5);
    assert_eq!(setup.server.received().len(), 5);
}

#[tokio::test]
async fn a_request_that_a_used_connection_may_have_delivered_is_not_repeated() {
    let setup = Setup::new([stream(&[COMPLETED]), vec![Step::Close]]).await;
    collect(setup.call().await.unwrap()).await;
    let failure = setup.call().await.unwrap_err();
    assert_eq!(
        failure.fallback_row(),
        crate::failure::Fallback::MaybeBilled
    );
    assert_eq!(setup.server.received().len(), 2);
}

#[tokio::test]
async fn dropping_the_events_closes_the_connection() {
    let script = vec![
        Step::send(format!("{STREAM_HEAD}{}{}", chunk(CREATED), chunk(DELTA))),
        Step::Hang,
    ];
    let setup = Setup::new([script]).await;
    let mut events = setup.call().await.unwrap();
    events.next().await.unwrap().unwrap();
    setup.open_connections(1).await;
    drop(events);
    setup.open_connections(0).await;
}

#[tokio::test]
async fn dropping_the_call_closes_the_connection() {
    let setup = Setup::new([vec![Step::Hang]]).await;
    let call = setup.provider.generate(super::support::request("a"));
    let ended = tokio::time::timeout(Duration::from_millis(100), call).await;
    assert!(ended.is_err());
    assert_eq!(setup.server.received().len(), 1);
    setup.open_connections(0).await;
}

#[tokio::test]
async fn a_slow_receiver_slows_the_upstream() {
    let event = chunk(&DELTA.replace("Hi", &"x".repeat(60_000)));
    let head = vec![Step::send(STREAM_HEAD)];
    // More than the buffers of both sockets hold.
    let many = std::iter::repeat_n(Step::send(event), 1000);
    let script: Vec<Step> = head.into_iter().chain(many).chain([Step::Close]).collect();
    let setup = Setup::new([script]).await;
    let mut events = setup.call().await.unwrap();
    events.next().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        setup.server.open_connections(),
        1,
        "the upstream cannot send all of it"
    );
    let (rest, failure) = collect(events).await;
    assert_eq!((rest.len(), failure.is_some()), (999, true));
}
