//! One client in several runtimes, and a stream read outside of any runtime.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::{
    future::IntoFuture,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use orouter::{
    RequestOptions, Timeouts,
    testing::{ScriptedServer, Step, http_response, sse},
};
use support::{CREATED, RESPONSE, events, request, soon};
use tokio::runtime::{Builder, Runtime};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A minimal executor that is not tokio's.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park_timeout(support::LONG);
    }
}

/// Starts a server on a runtime of its own.
fn server(scripts: Vec<Vec<Step>>) -> (Runtime, ScriptedServer) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(ScriptedServer::start(scripts)).unwrap();
    (runtime, server)
}

#[test]
fn a_runtime_does_not_wait_for_the_connections_of_another() {
    let (_serving, server) = server(vec![vec![Step::send(http_response(200, JSON, RESPONSE))]]);
    let client = support::client(&server);
    let call = || soon(client.responses().create(request()));
    let first = current_thread();
    first.block_on(call()).unwrap();
    // The first runtime is idle, so nothing drives its connection.
    let second = current_thread();
    second.block_on(call()).unwrap();
    second.block_on(call()).unwrap();
    first.block_on(call()).unwrap();
    drop(first);
    current_thread().block_on(call()).unwrap();
    assert_eq!(server.received().len(), 5);
    assert_eq!(server.accepted_connections(), 3, "one for each runtime");
}

#[test]
fn a_stream_may_be_read_outside_of_the_runtime_it_was_opened_in() {
    let (_serving, server) = server(vec![
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(sse([CREATED])), Step::Hang],
    ]);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let client = support::client(&server);
    let stream = runtime.block_on(soon(client.responses().stream(request())));
    let response = block_on(stream.unwrap().into_response()).unwrap();
    assert_eq!(response.output_text(), "Hello");

    let timeouts = Timeouts::default().idle(Duration::from_millis(60));
    let call = client.responses().stream(request());
    let call = call.options(RequestOptions::new().timeouts(timeouts));
    let mut stream = runtime.block_on(soon(call.into_future())).unwrap();
    assert!(block_on(stream.next()).unwrap().is_ok());
    let error = block_on(stream.next()).unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
}
