//! Recorded replies of real providers, through the server and over sockets.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use orouter_upstream_double::{Reply, Upstream, Vendor, frames};
use serde_json::{Value, json};

use super::fallback::response;
use crate::support::Running;
use crate::support::router::{UPSTREAM_KEY, ask, config, model, provider, start};

/// Returns the recordings in a folder of the fixtures; nothing if they are not available.
fn recordings(folder: &str) -> Vec<(String, String)> {
    let root: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../../../shared/fixtures",
        folder,
    ]
    .iter()
    .collect();
    let Ok(entries) = fs::read_dir(&root) else {
        println!("skipped: the recordings {folder} are not available");
        return Vec::new();
    };
    let mut found: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// Returns the status of each recording.
fn statuses() -> BTreeMap<String, u16> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fixtures/INDEX.tsv"
    );
    let text = fs::read_to_string(path).unwrap_or_default();
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        let name = columns.next()?.to_owned();
        Some((name, columns.nth(3)?.parse().ok()?))
    });
    rows.collect()
}

async fn router(vendor: Vendor, reply: Reply) -> (Running, Upstream) {
    let upstream = Upstream::replay([reply]).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let server = start(&config([one], [model("test/model", &["one"])])).await;
    (server, upstream)
}

/// A request with the tools that the recordings call, so that no call is unexpected.
fn request(streamed: bool) -> Value {
    ask("test/model", streamed)
}

#[tokio::test]
async fn recorded_streams_arrive_as_valid_streams() {
    let mut wrong = Vec::new();
    for vendor in Vendor::ALL {
        for (name, text) in recordings(&format!("{}-stream", vendor.protocol())) {
            let (server, upstream) = router(vendor, Reply::stream(frames(&text))).await;
            let answer = server.client().ask(&request(true)).await;
            assert!(upstream.idle().await);
            if answer.status != 200 {
                // A recording of a failure.
                answer.error();
                if !text.contains("\"error\"") {
                    wrong.push(format!("{name}: {} {}", answer.status, answer.text()));
                }
                continue;
            }
            let findings = orouter_conformance::audit(&answer.events());
            if !findings.is_empty() {
                wrong.push(format!("{name}: {findings:?}"));
            }
            let response = response(&answer, true);
            if response["model"] != "test/model" {
                wrong.push(format!("{name}: model {}", response["model"]));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn recorded_bodies_arrive_as_responses() {
    let mut wrong = Vec::new();
    for vendor in Vendor::ALL {
        for (name, text) in recordings(&format!("{}-body", vendor.protocol())) {
            let (server, _upstream) = router(vendor, Reply::json(200, &text)).await;
            let answer = server.client().ask(&request(false)).await;
            if answer.status != 200 {
                wrong.push(format!("{name}: {} {}", answer.status, answer.text()));
                continue;
            }
            let body = answer.json();
            let expected = json!(["response", "test/model"]);
            if json!([body["object"], body["model"]]) != expected {
                wrong.push(format!("{name}: {body}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn recorded_errors_have_a_status_of_the_contract() {
    let mut wrong = Vec::new();
    let statuses = statuses();
    for vendor in Vendor::ALL {
        for (name, text) in recordings(&format!("{}-error", vendor.protocol())) {
            let upstream_status = statuses[&name];
            for streamed in [false, true] {
                let reply = Reply::json(upstream_status, &text);
                let (server, _upstream) = router(vendor, reply).await;
                let answer = server.client().ask(&request(streamed)).await;
                let allowed: &[u16] = match upstream_status {
                    // An error in a success, or a fault of the request, or of the server's account
                    // in the form of one.
                    200 => &[400, 403, 422, 429, 500, 502, 503, 524, 529],
                    400 => &[400, 502],
                    401..=404 => &[502],
                    413 | 422 => &[413, 422],
                    429 => &[429, 502],
                    status => &[status],
                };
                if !allowed.contains(&answer.status) || answer.text().contains(UPSTREAM_KEY) {
                    let got = answer.status;
                    wrong.push(format!(
                        "{name}: {upstream_status} became {got}: {}",
                        answer.text()
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
