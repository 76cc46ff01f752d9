//! Compressed answers, where the feature that reads them is on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "gzip")]

mod support;

use orouter::testing::{ScriptedServer, Step};
use support::{request, soon};

/// `{"id":"resp_1","status":"completed","output":[]}`, by gzip.
const BODY: [u8; 65] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 76, 81, 178, 82, 42, 74, 45, 46, 136, 55, 84,
    210, 81, 42, 46, 73, 44, 41, 45, 6, 138, 36, 231, 231, 22, 228, 164, 150, 164, 166, 0, 5, 243,
    75, 75, 10, 74, 75, 148, 172, 162, 99, 107, 1, 223, 52, 251, 246, 48, 0, 0, 0,
];

#[tokio::test]
async fn gzip_is_asked_for_and_read() {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        BODY.len()
    );
    let server = ScriptedServer::start([vec![Step::send([head.as_bytes(), &BODY].concat())]])
        .await
        .unwrap();
    let response = soon(support::client(&server).responses().create(request()))
        .await
        .unwrap();
    assert_eq!(response.id, "resp_1");
    assert!(
        server.received()[0]
            .header("accept-encoding")
            .unwrap()
            .contains("gzip")
    );
}
