//! The double itself: counts, recordings and faults.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

use orouter_upstream_double::{Fault, Gate, Reply, Step, Upstream, Vendor};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn connect(upstream: &Upstream, body: &str) -> TcpStream {
    let url = upstream.base_url();
    let address = url.trim_start_matches("http://").trim_end_matches("/v1");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/x HTTP/1.1\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    socket
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .unwrap();
    socket
}

#[tokio::test]
async fn requests_are_recorded_and_answered_in_their_form() {
    let upstream =
        Upstream::start(|request| Vendor::Chat.reply(request, "Hi you").step(Step::Close));
    let upstream = upstream.await.unwrap();
    for (body, part) in [
        (r#"{"stream":true}"#, "data: [DONE]"),
        (r#"{"stream":false}"#, "\"content\":\"Hi you\""),
    ] {
        let mut text = String::new();
        connect(&upstream, body)
            .await
            .read_to_string(&mut text)
            .await
            .unwrap();
        assert!(text.contains(part), "{text}");
    }
    let received = upstream.received();
    assert_eq!((received.len(), received[0].path()), (2, "/v1/x"));
    assert!(received[0].is_streamed() && !received[1].is_streamed());
    assert!(upstream.idle().await);
    assert_eq!((upstream.cancelled(), upstream.accepted()), (0, 2));
}

#[tokio::test]
async fn a_client_that_closes_its_connection_is_counted() {
    let gate = Gate::default();
    let reply = Reply::new().step(Step::Until(gate.clone()));
    let upstream = Upstream::replay([Reply::new().step(Step::Hang), reply])
        .await
        .unwrap();
    for cancelled in 1..=2 {
        let socket = connect(&upstream, "").await;
        assert!(upstream.until(|upstream| upstream.busy() == 1).await);
        drop(socket);
        assert!(
            upstream
                .until(|upstream| upstream.cancelled() == cancelled)
                .await
        );
        assert_eq!((upstream.busy(), upstream.open()), (0, 0));
    }
    gate.open();
    let _socket = connect(&upstream, "").await;
    assert!(upstream.until(|upstream| upstream.requests() == 3).await);
    assert!(upstream.idle().await);
}

#[test]
fn every_fault_has_a_name_of_its_own_and_a_reply() {
    let all = Fault::all();
    let names: std::collections::BTreeSet<String> = all.iter().map(|fault| fault.name()).collect();
    assert_eq!(names.len(), all.len());
    for fault in all {
        let reply = fault.reply(Vendor::Chat, true);
        assert_eq!(reply.is_none(), fault == Fault::Refused, "{fault:?}");
    }
}
