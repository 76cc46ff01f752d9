//! The blocking client: the same calls for code that is not async.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    AbortHandle, ErrorKind, RequestOptions, RetryConfig, StreamEvent,
    blocking::{OpenRouter, SendOutput, funcs},
    testing::{ScriptedServer, Step, http_response, sse},
};
use support::{CREATED, RESPONSE, events, request};

/// A server on its own runtime, since the caller is blocking.
fn serve(scripts: Vec<Vec<Step>>) -> (tokio::runtime::Runtime, ScriptedServer) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(ScriptedServer::start(scripts)).unwrap();
    (runtime, server)
}

fn client(server: &ScriptedServer) -> OpenRouter {
    OpenRouter::from_builder(
        support::builder()
            .server_url(server.url())
            .retries(RetryConfig::none()),
    )
    .unwrap()
}

fn json() -> Vec<Step> {
    vec![Step::send(http_response(
        200,
        &[("content-type", "application/json")],
        RESPONSE,
    ))]
}

#[test]
fn create_gives_the_response_and_its_meta() {
    let (_runtime, server) = serve(vec![json()]);
    let client = client(&server);
    let (response, meta) = client
        .responses()
        .create(request())
        .options(RequestOptions::new().header("x-trace", "1"))
        .call_with_meta()
        .unwrap();
    assert_eq!(
        (response.output_text().as_str(), meta.attempts()),
        ("Hello", 1)
    );
    assert_eq!(server.received()[0].header("x-trace"), Some("1"));
    let (response, meta) = client
        .responses()
        .create(request())
        .with_meta()
        .header("x-trace", "2")
        .timeout(support::LONG)
        .max_attempts(1)
        .abort(&AbortHandle::new())
        .call()
        .unwrap();
    assert_eq!((response.id.as_str(), meta.attempts()), ("resp_1", 1));
    assert_eq!(server.received()[1].header("x-trace"), Some("2"));
    assert_eq!(
        client
            .beta()
            .responses()
            .create(request())
            .call()
            .unwrap()
            .id,
        "resp_1"
    );
    for _ in 0..8 {
        client.responses().create(request()).call().unwrap();
    }
    // Another thread returns the connection to the pool, so the next call may be too early for it,
    // but not every time.
    let connections = server.accepted_connections();
    assert!(connections < 11, "{connections} connections for 11 calls");
}

#[test]
fn a_stream_is_an_iterator_with_the_same_ends() {
    let (_runtime, server) = serve(vec![
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(sse([CREATED])), Step::Close],
    ]);
    let client = client(&server);
    let mut stream = client.responses().stream(request()).call().unwrap();
    let text: String = stream.text_deltas().map(Result::unwrap).collect();
    assert_eq!(text, "Hello");
    assert_eq!(stream.into_response().unwrap().output_text(), "Hello");

    let SendOutput::Stream(stream) = client
        .responses()
        .send(request().stream(true))
        .call()
        .unwrap()
    else {
        panic!("a stream was asked for");
    };
    assert_eq!(stream.meta().status(), 200);
    assert!(matches!(
        stream.map(Result::unwrap).last().unwrap(),
        StreamEvent::Completed(_)
    ));

    let mut stream = client.responses().stream(request()).call().unwrap();
    stream.next().unwrap().unwrap();
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
    assert!(stream.next().is_none());
}

#[test]
fn items_are_shown_as_they_grow() {
    let (_runtime, server) = serve(vec![
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(sse([CREATED])), Step::Close],
    ]);
    let client = client(&server);
    let mut stream = client.responses().stream(request()).call().unwrap();
    let mut items = stream.items();
    let mut texts = Vec::new();
    while let Some(update) = items.next() {
        let update = update.unwrap();
        assert_eq!(update.index, 0);
        let orouter::Item::Message(message) = update.item else {
            panic!("no message: {:?}", update.item);
        };
        texts.push(message.text());
    }
    assert!(texts.contains(&"Hel".to_owned()), "{texts:?}");
    assert_eq!(texts.last().unwrap(), "Hello");
    assert_eq!(stream.into_response().unwrap().output_text(), "Hello");

    let mut stream = client.responses().stream(request()).call().unwrap();
    let mut items = stream.items();
    let mut failed = None;
    while let Some(update) = items.next() {
        failed = update.err();
    }
    assert_eq!(failed.unwrap().kind(), ErrorKind::Truncated);
}

#[test]
fn the_functions_send_as_the_calls_do() {
    let (_runtime, server) = serve(vec![
        json(),
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(http_response(402, &[], "{}"))],
    ]);
    let client = client(&server);
    let options = RequestOptions::new().header("x-trace", "1");
    let sent = funcs::responses_send(&client, request(), options).unwrap();
    assert!(matches!(&sent, SendOutput::Response(_)));
    assert_eq!(sent.into_response().unwrap().output_text(), "Hello");
    assert_eq!(server.received()[0].header("x-trace"), Some("1"));

    let streamed = request().stream(true);
    let sent = funcs::beta_responses_send(&client, streamed, RequestOptions::new()).unwrap();
    assert!(matches!(&sent, SendOutput::Stream(_)));
    assert_eq!(sent.into_response().unwrap().output_text(), "Hello");

    let error = funcs::responses_send(&client, request(), RequestOptions::new()).unwrap_err();
    assert!(error.is_payment_required());
}

#[test]
fn many_threads_share_one_client() {
    let (_runtime, server) = serve(vec![json()]);
    let client = client(&server);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(
                        client.responses().create(request()).call().unwrap().id,
                        "resp_1"
                    );
                }
            });
        }
    });
    assert_eq!(server.received().len(), 40);
}

#[test]
fn models_are_listed() {
    let body = r#"{"data":[{"id":"a/b"}]}"#;
    let (_runtime, server) = serve(vec![vec![Step::send(http_response(
        200,
        &[("content-type", "application/json")],
        body,
    ))]]);
    assert_eq!(
        client(&server).models().list().call().unwrap().data[0].id,
        "a/b"
    );
}

#[tokio::test]
async fn inside_async_code_it_is_an_error_and_no_panic() {
    let client = OpenRouter::from_builder(support::builder()).unwrap();
    let error = client.responses().create(request()).call().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("async"), "{error}");
    // Dropping the client here must not panic either.
    drop(client);
}

#[test]
fn it_works_where_tokio_lets_code_block() {
    let (_runtime, server) = serve(vec![
        json(),
        vec![Step::send(sse(events())), Step::Close],
        json(),
    ]);
    let client = client(&server);
    let stream = {
        let client = client.clone();
        move || {
            let created = client.responses().create(request()).call().unwrap();
            assert_eq!(created.output_text(), "Hello");
            let mut stream = client.responses().stream(request()).call().unwrap();
            let text: String = stream.text_deltas().map(Result::unwrap).collect();
            assert_eq!(stream.into_response().unwrap().output_text(), text);
        }
    };
    let current = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    current
        .block_on(async { tokio::task::spawn_blocking(stream).await })
        .unwrap();
    let (other, _) = serve(Vec::new());
    let call = move || client.responses().create(request()).call().unwrap().id;
    let task = async move { tokio::task::block_in_place(call) };
    let id = other.block_on(async { tokio::spawn(task).await }).unwrap();
    assert_eq!(id, "resp_1");
}

#[test]
fn it_works_where_a_runtime_is_only_at_hand() {
    let (runtime, server) = serve(vec![json()]);
    let _context = runtime.enter();
    let response = client(&server).responses().create(request()).call();
    assert_eq!(response.unwrap().id, "resp_1");
}

#[test]
fn every_kind_of_task_is_async_code() {
    let client = OpenRouter::from_builder(support::builder()).unwrap();
    let kind = move || {
        let error = client.responses().create(request()).call().unwrap_err();
        error.kind()
    };
    let (runtime, _server) = serve(Vec::new());
    let in_a_task = runtime.block_on(async {
        let kind = kind.clone();
        tokio::spawn(async move { kind() }).await.unwrap()
    });
    let in_block_on = runtime.block_on(async { kind() });
    let local = tokio::task::LocalSet::new();
    let in_a_local_task = local.block_on(&runtime, async {
        let kind = kind.clone();
        tokio::task::spawn_local(async move { kind() })
            .await
            .unwrap()
    });
    for kind in [in_a_task, in_block_on, in_a_local_task] {
        assert_eq!(kind, ErrorKind::Configuration);
    }
}

#[test]
fn an_unconstrained_task_is_held_up_and_does_not_panic() {
    let (_runtime, server) = serve(vec![json()]);
    let client = client(&server);
    let current = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let call = async { client.responses().create(request()).call().unwrap().id };
    let id = current.block_on(tokio::task::unconstrained(call));
    assert_eq!(id, "resp_1");
}
