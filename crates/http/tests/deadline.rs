//! Deadlines over a real connection: an abort and a timeout end the exchange and close the connection.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{future::poll_fn, pin::pin, sync::Arc, time::Duration};

use http::Method;
use orouter_http::{
    AbortHandle, Clock, Deadline, IdleTimer, Interrupt, StepLimit, TimeoutKind, TokioClock,
    testing::{ReplayTransport, Reply, ScriptedServer, Step, TestClock},
    transport::{HttpRequest, ReqwestTransport, Transport},
};

const LIMIT: Duration = Duration::from_millis(50);

fn request(server: &ScriptedServer) -> HttpRequest {
    HttpRequest::new(Method::GET, server.url().parse().unwrap())
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        TokioClock.sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_abort_ends_the_wait_for_the_head() {
    let server = ScriptedServer::start([vec![Step::Hang]]).await.unwrap();
    let transport = ReqwestTransport::builder().no_proxy().build().unwrap();
    let abort = AbortHandle::new();
    let mut deadline = Deadline::new(Arc::new(TokioClock), Some(abort.clone()), None);
    let request = request(&server);
    let call = tokio::spawn(async move {
        let exchange = pin!(transport.send(request));
        deadline.run(None, exchange).await.err()
    });
    until(|| !server.received().is_empty()).await;
    abort.abort();
    assert_eq!(call.await.unwrap(), Some(Interrupt::Aborted));
    until(|| server.open_connections() == 0).await;
}

#[tokio::test]
async fn the_limit_of_a_step_ends_the_wait_for_the_head() {
    let server = ScriptedServer::start([vec![Step::Hang]]).await.unwrap();
    let transport = ReqwestTransport::builder().no_proxy().build().unwrap();
    let mut deadline = Deadline::new(Arc::new(TokioClock), None, None);
    let limit = StepLimit::new(TimeoutKind::FirstByte, LIMIT);
    let exchange = pin!(transport.send(request(&server)));
    let interrupt = deadline.run(Some(limit), exchange).await.unwrap_err();
    assert_eq!(interrupt, Interrupt::Timeout(TimeoutKind::FirstByte, LIMIT));
    assert_eq!(interrupt.to_string(), "no response within 50ms");
}

#[tokio::test]
async fn the_total_limit_counts_from_the_start_of_the_call() {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock([Reply::never()], clock.clone());
    let total = Duration::from_secs(60);
    let mut deadline = Deadline::new(Arc::new(clock.clone()), None, Some(total));
    clock.advance(Duration::from_secs(45));
    assert_eq!(deadline.remaining(), Some(Duration::from_secs(15)));
    let request = HttpRequest::new(Method::GET, "http://host/".parse().unwrap());
    let exchange = pin!(transport.send(request));
    let interrupt = deadline.run(None, exchange).await.unwrap_err();
    assert_eq!(interrupt, Interrupt::Timeout(TimeoutKind::Total, total));
    assert_eq!(deadline.elapsed(), total);
}

#[tokio::test]
async fn a_silent_body_ends_with_the_idle_limit() {
    let limit = Duration::from_secs(120);
    let clock = TestClock::new();
    let reply = Reply::status(200).body("first").then_hang();
    let transport = ReplayTransport::with_clock([reply], clock.clone());
    let request = HttpRequest::new(Method::GET, "http://host/".parse().unwrap());
    let mut response = transport.send(request).await.unwrap();
    let mut idle = IdleTimer::new(Some(limit), &clock);
    let mut chunks = 0;
    let interrupt = poll_fn(|cx| {
        while let std::task::Poll::Ready(chunk) = response.body_mut().poll_chunk(cx) {
            assert_eq!(chunk.unwrap().unwrap(), "first");
            chunks += 1;
            idle.reset();
        }
        idle.poll(&clock, cx)
    })
    .await;
    assert_eq!(
        (chunks, interrupt),
        (1, Interrupt::Timeout(TimeoutKind::Idle, limit))
    );
    assert_eq!(clock.elapsed(), limit);
}
