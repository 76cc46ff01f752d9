//! Clients that disconnect or do not read: the upstream request ends, and is not counted as a failure.

use std::time::Duration;

use orouter_upstream_double::{Fault, Reply, Step, Upstream, Vendor};
use tokio::io::AsyncReadExt as _;

use super::fallback::{Chain, success};
use crate::support::Client;
use crate::support::router::{ask, config, model, provider, start};

/// Number of clients that disconnect: more than the failures that open a breaker.
const CLIENTS: usize = 8;

/// Starts requests, and closes their connections once the upstream has all of them.
async fn disconnect(chain: &Chain, streamed: bool, fault: Fault) {
    let body = chain.request(streamed).to_string();
    let bytes = Client::posted("/api/v1/responses", body.as_bytes());
    let mut sockets = Vec::new();
    for _ in 0..CLIENTS {
        sockets.push(chain.server.client().send(&bytes).await);
    }
    let upstream = &chain.upstreams[0];
    assert!(upstream.until(|upstream| upstream.busy() == CLIENTS).await);
    if fault.follows_content(streamed) {
        for socket in &mut sockets {
            // The head and the first bytes have arrived.
            let mut bytes = [0; 16];
            socket.read_exact(&mut bytes).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_disconnected_client_cancels_the_upstream() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            for fault in [Fault::StallBeforeHead, Fault::Stall] {
                let what = format!("{vendor:?} {streamed} {fault:?}");
                let stalling = fault.reply(vendor, streamed).unwrap();
                let other = success(vendor, streamed, "Hello");
                let chain = Chain::new(vendor, vec![stalling, other]).await;
                disconnect(&chain, streamed, fault).await;
                let upstream = &chain.upstreams[0];
                assert!(
                    upstream.until(|one| one.cancelled() == CLIENTS).await,
                    "{what}"
                );
                assert!(upstream.idle().await, "{what}");
                chain.server.idle().await;
                // No other attempt was made, and no failure was counted: the endpoint is still the
                // first.
                assert_eq!(chain.requests(), [CLIENTS, 0], "{what}");
                let body = chain.request(streamed).to_string();
                let bytes = Client::posted("/api/v1/responses", body.as_bytes());
                let socket = chain.server.client().send(&bytes).await;
                assert!(
                    upstream.until(|one| one.requests() == CLIENTS + 1).await,
                    "{what}"
                );
                drop(socket);
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_slows_the_upstream_down() {
    for vendor in Vendor::ALL {
        // 128 MiB: more than the buffers of all sockets on the way.
        let word = format!("{} ", "x".repeat(64 * 1024 - 1));
        let frames = vendor.start("upstream-model", &word);
        let mut reply = Reply::open_stream(&frames);
        let delta = frames.last().unwrap();
        for _ in 0..2048 {
            reply = reply.chunk(delta);
        }
        let upstream = Upstream::replay([reply.step(Step::Hang)]).await.unwrap();
        let one = provider("one", vendor, upstream.base_url());
        let server = start(&config([one], [model("test/model", &["one"])])).await;
        let body = ask("test/model", true).to_string();
        let bytes = Client::posted("/api/v1/responses", body.as_bytes());
        let socket = server.client().send(&bytes).await;
        assert!(upstream.until(|upstream| upstream.busy() == 1).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sent = upstream.sent();
        assert!(
            sent < 64 << 20,
            "{vendor:?}: the server buffered {sent} bytes"
        );
        drop(socket);
        assert!(upstream.until(|upstream| upstream.cancelled() == 1).await);
    }
}
