//! Failing upstreams behind the route: the same statuses as those of the Responses API.

use std::time::Duration;

use orouter_upstream_double::{Fault, Upstream, Vendor};
use serde_json::json;

use super::client::{ask, data, post};
use crate::support::Running;
use crate::support::router::{config, model, provider, start};

/// The timeout that a stalling upstream exceeds. Others keep the default.
const SHORT: Duration = Duration::from_secs(1);

/// Starts a server in front of an upstream with this fault. `None` if the protocol does not have it.
async fn failing(
    fault: Fault,
    vendor: Vendor,
    streamed: bool,
) -> Option<(Running, Option<Upstream>)> {
    let (url, upstream) = if fault == Fault::Refused {
        (Upstream::refusing().await.unwrap(), None)
    } else {
        let reply = fault.reply(vendor, streamed)?;
        let upstream = Upstream::replay([reply]).await.unwrap();
        (upstream.base_url(), Some(upstream))
    };
    let mut one = provider("one", vendor, url);
    match fault {
        Fault::StallBeforeHead => one.timeouts.first_byte = SHORT,
        Fault::Stall => one.timeouts.idle = SHORT,
        _ => {}
    }
    let server = start(&config([one], [model("test/model", &["one"])])).await;
    Some((server, upstream))
}

#[tokio::test]
async fn every_fault_has_the_status_that_it_has_on_the_other_route() {
    // In tasks of their own, so that the timeouts of stalling upstreams pass at the same time.
    for check in Vendor::ALL.map(|vendor| tokio::spawn(same_as_on_the_other_route(vendor))) {
        check.await.unwrap();
    }
}

async fn same_as_on_the_other_route(vendor: Vendor) {
    for fault in Fault::all() {
        for streamed in [false, true] {
            let what = format!("{vendor:?} {} {streamed}", fault.name());
            let Some((server, _upstream)) = failing(fault, vendor, streamed).await else {
                continue;
            };
            let other = json!({"model": "test/model", "input": "x", "stream": streamed});
            let expected = server.client().ask(&other).await;
            drop(server);
            let Some((server, _upstream)) = failing(fault, vendor, streamed).await else {
                continue;
            };
            let answer = post(&server, &ask(streamed)).await;
            assert_eq!(answer.status, expected.status, "{what}: {}", answer.text());
            if answer.status == 200 {
                assert!(streamed, "{what}");
                let (chunks, done) = data(&answer);
                let last = chunks.last().unwrap();
                assert!(!done, "{what}");
                assert_eq!(last["choices"][0]["finish_reason"], "error", "{what}");
                let frames = expected.text();
                let error_type = last["error"]["metadata"]["error_type"].as_str().unwrap();
                assert!(
                    frames.contains(&format!("\"error_type\":\"{error_type}\"")),
                    "{what}"
                );
                let begun = chunks.iter().any(|chunk| {
                    chunk["choices"][0]["delta"]["content"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty())
                });
                assert!(begun, "{what}: {chunks:?}");
            } else {
                let (ours, theirs) = (answer.error(), expected.error());
                for member in ["code", "type", "message"] {
                    assert_eq!(ours[member], theirs[member], "{what}");
                }
                let hint = |answer: &crate::support::HttpResponse| {
                    answer.headers.get("retry-after").cloned()
                };
                assert_eq!(hint(&answer), hint(&expected), "{what}");
            }
        }
    }
}
