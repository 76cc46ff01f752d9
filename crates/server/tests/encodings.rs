//! Compressed request bodies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::Write as _;
use std::time::Duration;

use orouter_server::{Limits, Server};
use serde_json::json;
use support::script::{Script, message};
use support::{HttpResponse, Running};

const LIMIT: usize = 200_000;

async fn server() -> Running {
    let script = Script::new("test/model", message("Hi", Duration::ZERO));
    let limits = Limits::default().body_bytes(LIMIT);
    Running::start(Server::builder().provider(script).limits(limits)).await
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::encode_all(body, 3).unwrap()
}

async fn post(server: &Running, encoding: &str, body: &[u8]) -> HttpResponse {
    let mut bytes = format!(
        "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         {encoding}content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    server.client().open(&bytes).await.whole().await
}

fn request(length: usize) -> Vec<u8> {
    let text: String = (0..length)
        .map(|n| char::from(b'a' + (n * n % 23) as u8))
        .collect();
    json!({"model": "test/model", "input": text})
        .to_string()
        .into_bytes()
}

#[tokio::test]
async fn gzip_and_zstd_are_decoded() {
    let server = server().await;
    for length in [10, 100_000] {
        let plain = request(length);
        for (encoding, body) in [
            ("", plain.clone()),
            ("content-encoding: identity\r\n", plain.clone()),
            ("content-encoding: gzip\r\n", gzip(&plain)),
            ("content-encoding: GZip\r\n", gzip(&plain)),
            ("content-encoding: x-gzip\r\n", gzip(&plain)),
            ("content-encoding: identity, gzip\r\n", gzip(&plain)),
            ("content-encoding: zstd\r\n", zstd(&plain)),
            ("content-encoding: gzip, zstd\r\n", zstd(&gzip(&plain))),
            (
                "content-encoding: zstd\r\ncontent-encoding: gzip\r\n",
                gzip(&zstd(&plain)),
            ),
            // Concatenated members and frames are one body.
            (
                "content-encoding: gzip\r\n",
                [gzip(&plain[..5]), gzip(&plain[5..])].concat(),
            ),
            (
                "content-encoding: zstd\r\n",
                [zstd(&plain[..5]), zstd(&plain[5..])].concat(),
            ),
        ] {
            let response = post(&server, encoding, &body).await;
            assert_eq!(response.status, 200, "{encoding} {}", response.text());
        }
    }
}

#[tokio::test]
async fn other_codings_are_a_415_that_names_these() {
    let server = server().await;
    for encoding in [
        "br",
        "deflate",
        "compress",
        "gzip, br",
        "gzip;q=1",
        "nonsense",
        "gzip,gzip,gzip,gzip,gzip",
    ] {
        let response = post(&server, &format!("content-encoding: {encoding}\r\n"), b"x").await;
        assert_eq!(response.status, 415, "{encoding}");
        assert_eq!(response.headers["accept-encoding"], "gzip, zstd");
        assert!(
            response.error()["message"]
                .as_str()
                .unwrap()
                .contains("gzip")
        );
    }
}

#[tokio::test]
async fn corrupt_bodies_are_a_400() {
    let server = server().await;
    let plain = request(50_000);
    let (gz, zst) = (gzip(&plain), zstd(&plain));
    let mut flipped = gz.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    for (encoding, body) in [
        ("gzip", &plain[..]),
        ("gzip", &gz[..gz.len() / 2]),
        ("gzip", &gz[..gz.len() - 1]),
        ("gzip", &flipped[..]),
        ("gzip", &zst[..]),
        ("gzip", &[][..]),
        ("zstd", &plain[..]),
        ("zstd", &zst[..zst.len() / 2]),
        ("zstd", &gz[..]),
    ] {
        let response = post(&server, &format!("content-encoding: {encoding}\r\n"), body).await;
        assert_eq!(
            response.status,
            400,
            "{encoding} {} {}",
            body.len(),
            response.text()
        );
        assert!(
            response.error()["message"]
                .as_str()
                .unwrap()
                .contains(encoding)
        );
    }
}

#[tokio::test]
async fn the_limit_holds_for_the_decompressed_size() {
    let server = server().await;
    let bomb = vec![b' '; 100 << 20];
    let twice = gzip(&gzip(&bomb));
    for (encoding, body) in [
        ("gzip", gzip(&bomb)),
        ("zstd", zstd(&bomb)),
        ("gzip, gzip", twice),
        ("gzip", gzip(&request(LIMIT))),
    ] {
        assert!(body.len() < LIMIT, "{}", body.len());
        let response = post(&server, &format!("content-encoding: {encoding}\r\n"), &body).await;
        assert_eq!(response.status, 413, "{encoding} {}", response.text());
        response.error();
    }
}
