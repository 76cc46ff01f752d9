//! Connections that cannot be made, or are closed when they are needed.

use orouter::testing::{ScriptedServer, Step};

use crate::{
    client, json_head,
    support::{self, RESPONSE, request, soon},
    word,
};

#[tokio::test]
async fn a_refused_connection_is_named_and_was_not_sent() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let client = client(&format!("http://127.0.0.1:{port}/api/v1"));
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(word::<()>(Err(error)), "connect");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_connect_error() {
    let client = client("http://does-not-exist.invalid/api/v1");
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(word::<()>(Err(error)), "connect");
}

#[tokio::test]
async fn a_stale_pooled_connection_is_not_repeated_blindly() {
    // The server responds once, and closes the connection as soon as the second request has arrived.
    let answer = vec![Step::send(format!("{}{RESPONSE}", json_head()))];
    let server = ScriptedServer::start([answer.clone(), vec![Step::Close], answer])
        .await
        .unwrap();
    let client = support::builder().server_url(server.url()).build().unwrap();
    soon(client.responses().create(request())).await.unwrap();
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (orouter::ErrorKind::Transport, 1)
    );
    assert!(
        error.to_string().contains("retry_possibly_billed"),
        "{error}"
    );
}
