//! Attempts and time limits: B13, B16, B17, B18.

use std::time::Duration;

use orouter::{
    AbortHandle, Backoff, Error, ErrorKind, RequestOptions, RetryConfig, TimeoutKind, Timeouts,
    testing::Reply,
};

use crate::support::{CREATED, LONG, RESPONSE, builder, replay, request, soon};

const SECOND: Duration = Duration::from_secs(1);

async fn call(reply: Reply, options: RequestOptions) -> Result<(u32, Duration), Error> {
    let (client, _, clock) = replay([reply]);
    let call = client.responses().send(request()).options(options);
    call.with_meta()
        .await
        .map(|(_, meta)| (meta.attempts(), clock.elapsed()))
}

#[tokio::test]
async fn b13_two_failures_and_a_success_are_three_attempts() {
    let (client, transport, clock) = replay([
        Reply::error(503, "{}"),
        Reply::error(500, "{}"),
        Reply::json(RESPONSE),
    ]);
    let (_, meta) = client
        .responses()
        .send(request())
        .with_meta()
        .await
        .unwrap();
    assert_eq!((meta.attempts(), meta.status().as_u16()), (3, 200));
    assert_eq!(transport.requests().len(), 3);
    assert_eq!(clock.slept().len(), 2);
}

#[tokio::test]
async fn b16_after_the_last_attempt_the_error_is_that_attempts() {
    let retries = RetryConfig::default()
        .retry_possibly_billed(true)
        .max_attempts(4);
    let options = || {
        let limits = Timeouts::default().first_byte(SECOND);
        RequestOptions::new()
            .retries(retries.clone())
            .timeouts(limits)
    };
    for (reply, kind) in [
        (Reply::error(503, "{}"), ErrorKind::ServiceUnavailable),
        (Reply::refuse(), ErrorKind::Connect),
        (Reply::reset(), ErrorKind::Transport),
        (Reply::never(), ErrorKind::Timeout),
    ] {
        let error = call(reply, options()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (kind, 4));
        assert!(error.to_string().contains("4 attempts"), "{error}");
    }
}

/// Returns a port without a listener.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn b17_a_refused_connection_is_tried_again_unless_told_not_to() {
    let backoff = || {
        let quick = Backoff::new().initial_interval(Duration::from_millis(1));
        RetryConfig::backoff(quick)
    };
    for (retries, attempts) in [
        (RetryConfig::none(), 1),
        (backoff(), 3),
        (backoff().retry_connection_errors(true), 3),
        (backoff().retry_connection_errors(false), 1),
    ] {
        let client = builder()
            .server_url(format!("http://127.0.0.1:{}/api/v1", closed_port()))
            .timeouts(Timeouts::default().connect(LONG))
            .retries(retries)
            .build()
            .unwrap();
        let error = soon(client.responses().send(request())).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connect, attempts)
        );
        assert!(!error.maybe_billed());
    }
}

#[tokio::test]
async fn b18_a_limit_ends_one_attempt_or_each_as_told() {
    let limits = Timeouts::default().first_byte(SECOND * 3);
    let once = RequestOptions::new().timeouts(limits);
    let error = call(Reply::never(), once.clone()).await.unwrap_err();
    assert_eq!(
        (error.timeout(), error.attempts()),
        (Some(TimeoutKind::FirstByte), 1)
    );
    let each = once.retries(RetryConfig::default().retry_possibly_billed(true));
    let error = call(Reply::never(), each).await.unwrap_err();
    assert_eq!(
        (error.timeout(), error.attempts()),
        (Some(TimeoutKind::FirstByte), 3)
    );
}

/// In the reference, a signal turns the limit off.
#[tokio::test]
async fn b18_limits_hold_beside_an_abort_handle() {
    let options = RequestOptions::new()
        .abort(&AbortHandle::new())
        .timeouts(Timeouts::default().first_byte(SECOND * 3));
    let error = call(Reply::never(), options).await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::FirstByte));
}

/// In the reference, zero means the client's limit, and a negative number means no limit.
#[tokio::test]
async fn b18_zero_and_none_switch_a_limit_off() {
    let hours = SECOND * 36_000;
    let client = Timeouts::default().first_byte(SECOND).idle(SECOND);
    for limits in [
        Timeouts::default()
            .first_byte(Duration::ZERO)
            .idle(Duration::ZERO),
        Timeouts::default().first_byte(None).idle(None),
        Timeouts::none(),
    ] {
        let reply = Reply::json(&RESPONSE[..50]).delay(hours).then_pause(hours);
        let (client, _, clock) = {
            let clock = orouter::testing::TestClock::new();
            let replies = [reply.body(&RESPONSE[50..])];
            let transport = orouter::testing::ReplayTransport::with_clock(replies, clock.clone());
            let builder = builder().timeouts(client).clock(clock.clone());
            (
                builder.transport(transport.clone()).build().unwrap(),
                transport,
                clock,
            )
        };
        let options = RequestOptions::new().timeouts(limits);
        client
            .responses()
            .create(request())
            .options(options)
            .await
            .unwrap();
        assert_eq!(clock.elapsed(), hours * 2);
    }
}

/// In the reference, one limit covers the whole stream; here only the total limit does.
#[tokio::test]
async fn b18_a_stream_may_take_longer_than_any_limit_on_silence() {
    let mut reply = Reply::events([CREATED]).delay(SECOND * 9);
    for _ in 0..20 {
        reply = reply.then_pause(SECOND * 9).body(": still here\n\n");
    }
    let reply = reply.body(format!("data: {}\n\n", crate::support::completed()));
    let (client, _, clock) = replay([reply]);
    let limits = Timeouts::default()
        .first_byte(SECOND * 10)
        .idle(SECOND * 10);
    let options = RequestOptions::new().timeouts(limits);
    let stream = client.responses().stream(request()).options(options).await;
    assert_eq!(stream.unwrap().into_response().await.unwrap().id, "resp_1");
    assert_eq!(clock.elapsed(), SECOND * 189);
}
