//! The idle limit: time in which the caller does not read does not count.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    RequestOptions, ResponseStream, TimeoutKind, Timeouts,
    testing::{ScriptedServer, Step, sse},
};
use support::{CREATED, HEL, ITEM_ADDED, PART_ADDED, completed, request, soon};

const LIMIT: Duration = Duration::from_millis(400);
const BUSY: Duration = Duration::from_millis(900);

/// A server on its own runtime, which continues while the test's thread is blocked.
fn serve(script: Vec<Step>) -> (tokio::runtime::Runtime, ScriptedServer) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(ScriptedServer::start([script])).unwrap();
    (runtime, server)
}

/// Runs a future on a runtime with one thread.
fn on_one_thread(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test);
}

/// Sends an event every 50 ms for 2 s, then the last one.
fn talking() -> Vec<Step> {
    let mut script = vec![Step::send(sse([CREATED, ITEM_ADDED, PART_ADDED]))];
    for _ in 0..40 {
        script.push(Step::Wait(Duration::from_millis(50)));
        script.push(Step::send(format!("data: {HEL}\n\n")));
    }
    script.push(Step::send(format!("data: {}\n\n", completed())));
    script.push(Step::Close);
    script
}

async fn open(server: &ScriptedServer) -> ResponseStream {
    let options = RequestOptions::new().timeouts(Timeouts::default().idle(LIMIT));
    let call = support::client(server).responses().stream(request());
    soon(call.options(options)).await.unwrap()
}

#[test]
fn a_caller_that_blocks_its_thread_between_events_loses_nothing() {
    let (_runtime, server) = serve(talking());
    on_one_thread(async {
        let mut stream = open(&server).await;
        let mut events = 0;
        while let Some(event) = soon(stream.next()).await {
            event.unwrap();
            events += 1;
            if events == 6 {
                std::thread::sleep(BUSY);
            }
        }
        assert_eq!(events, 3 + 40 + 1);
    });
}

#[test]
fn a_wait_given_up_before_the_thread_is_blocked_proves_no_silence() {
    let (_runtime, server) = serve(talking());
    on_one_thread(async {
        let mut stream = open(&server).await;
        for _ in 0..3 {
            soon(stream.next()).await.unwrap().unwrap();
        }
        let given_up = tokio::time::timeout(Duration::from_millis(1), stream.next()).await;
        assert!(given_up.is_err(), "{given_up:?}");
        std::thread::sleep(BUSY);
        let mut events = 3;
        while let Some(event) = soon(stream.next()).await {
            event.unwrap();
            events += 1;
        }
        assert_eq!(events, 3 + 40 + 1);
    });
}

#[test]
fn short_waits_add_up_to_the_limit() {
    let (_runtime, server) = serve(vec![Step::send(sse([CREATED])), Step::Hang]);
    on_one_thread(async {
        let mut stream = open(&server).await;
        soon(stream.next()).await.unwrap().unwrap();
        let error = soon(async {
            loop {
                let wait = tokio::time::timeout(Duration::from_millis(20), stream.next());
                if let Ok(event) = wait.await {
                    return event.unwrap().unwrap_err();
                }
            }
        })
        .await;
        assert_eq!(error.timeout(), Some(TimeoutKind::Idle));
    });
}
