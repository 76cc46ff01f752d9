//! Recorded replies of real providers, through the server and over sockets.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use orouter_upstream_double::{Reply, Upstream, Vendor, frames};
use serde_json::json;

use super::fallback::response;
use crate::support::router::{UPSTREAM_KEY, ask, config, model, provider, start};
use crate::support::{HttpResponse, Running};

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

/// A server with a model and an upstream for each recorded reply.
struct Replays {
    server: Running,
    upstreams: Vec<Upstream>,
}

impl Replays {
    async fn new(replies: impl IntoIterator<Item = (Vendor, Reply)>) -> Self {
        let mut upstreams = Vec::new();
        let (mut providers, mut models) = (Vec::new(), Vec::new());
        for (number, (vendor, reply)) in replies.into_iter().enumerate() {
            let upstream = Upstream::replay([reply]).await.unwrap();
            let name = format!("p{number}");
            providers.push(provider(&name, vendor, upstream.base_url()));
            models.push(model(&model_name(number), &[&name]));
            upstreams.push(upstream);
        }
        let server = start(&config(providers, models)).await;
        Self { server, upstreams }
    }

    /// Asks the model of a recording.
    async fn ask(&self, number: usize, streamed: bool) -> HttpResponse {
        let answer = self
            .server
            .client()
            .ask(&ask(&model_name(number), streamed))
            .await;
        assert!(self.upstreams[number].idle().await);
        answer
    }
}

fn model_name(number: usize) -> String {
    format!("test/model-{number}")
}

/// Returns the recordings of a kind over all protocols.
fn all(kind: &str) -> Vec<(String, Vendor, String)> {
    let of = |vendor: Vendor| {
        let found = recordings(&format!("{}-{kind}", vendor.protocol()));
        found
            .into_iter()
            .map(move |(name, text)| (name, vendor, text))
    };
    Vendor::ALL.into_iter().flat_map(of).collect()
}

#[tokio::test]
async fn recorded_streams_arrive_as_valid_streams() {
    let recordings = all("stream");
    let replies = recordings
        .iter()
        .map(|(_, vendor, text)| (*vendor, Reply::stream(frames(text))));
    let replays = Replays::new(replies).await;
    let mut wrong = Vec::new();
    for (number, (name, _, text)) in recordings.iter().enumerate() {
        let answer = replays.ask(number, true).await;
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
        if response["model"] != model_name(number) {
            wrong.push(format!("{name}: model {}", response["model"]));
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
    let recordings = all("body");
    let replies = recordings
        .iter()
        .map(|(_, vendor, text)| (*vendor, Reply::json(200, text)));
    let replays = Replays::new(replies).await;
    let mut wrong = Vec::new();
    for (number, (name, _, text)) in recordings.iter().enumerate() {
        let answer = replays.ask(number, false).await;
        if answer.status == 502 && text.contains("MALFORMED_FUNCTION_CALL") {
            continue; // A recording of a failure.
        }
        if answer.status != 200 {
            wrong.push(format!("{name}: {} {}", answer.status, answer.text()));
            continue;
        }
        let body = answer.json();
        let expected = json!(["response", model_name(number)]);
        if json!([body["object"], body["model"]]) != expected {
            wrong.push(format!("{name}: {body}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Returns the status and the `error_type` of a recorded error of Anthropic or Gemini: those of a
/// fault of the request, or of a fault of the server's key or of an unknown model.
fn result(upstream_status: u16, text: &str) -> (u16, &'static str) {
    match upstream_status {
        401..=404 => (502, "provider_unavailable"),
        400 if text.contains("API_KEY_INVALID") => (502, "provider_unavailable"),
        _ => (400, "invalid_request"),
    }
}

#[tokio::test]
async fn recorded_errors_have_a_status_of_the_contract() {
    let recordings = all("error");
    let statuses = statuses();
    let replies = recordings
        .iter()
        .map(|(name, vendor, text)| (*vendor, Reply::json(statuses[name], text)));
    let replays = Replays::new(replies).await;
    let mut wrong = Vec::new();
    for (number, (name, vendor, text)) in recordings.iter().enumerate() {
        let upstream_status = statuses[name];
        for streamed in [false, true] {
            let answer = replays.ask(number, streamed).await;
            let exact = result(upstream_status, text);
            let allowed: &[u16] = match upstream_status {
                // An error in a success, or a fault of the request, or of the server's account in
                // the form of one.
                200 => &[400, 403, 422, 429, 500, 502, 503, 524, 529],
                400 => &[400, 502],
                401..=404 => &[502],
                413 | 422 => &[413, 422],
                429 => &[429, 502],
                status => &[status],
            };
            let got = answer.status;
            let error = answer.error();
            let right = Vendor::OPENAI.contains(vendor)
                || (got, error["type"].as_str().unwrap_or_default()) == exact;
            if !right || !allowed.contains(&got) || answer.text().contains(UPSTREAM_KEY) {
                wrong.push(format!(
                    "{name}: {upstream_status} became {got}: {}",
                    answer.text()
                ));
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
