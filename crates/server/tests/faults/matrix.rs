//! Every fault of an upstream, streaming or not, over all protocols: the client's result, and the
//! endpoints and models that are tried next. `docs/server-faults.md` has the results as a table; this
//! test fails if it is wrong.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use orouter_server::config::{Config, ProviderConfig};
use orouter_upstream_double::{Fault, Reply, Upstream, Vendor};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::expected::{Expected, expected};
use crate::support::client::HttpResponse;
use crate::support::log::Lines;
use crate::support::router::{UPSTREAM_KEY, ask, config, model, ordered, provider, start};
use crate::support::{Client, Running};

/// The timeout that a stalling upstream exceeds: long enough for a connection on a busy machine.
/// Others keep the default.
const SHORT: Duration = Duration::from_secs(2);

const TEXT: &str = "Hello from the second";

/// The result of one request.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    status: u16,
    /// `error_type` of the failure; empty for a success.
    error_type: String,
    retry_after: Option<u32>,
    /// `true` if the failure ended a stream that had begun.
    in_band: bool,
    /// `maybe_billed` of the first attempt, if the response has metadata.
    maybe_billed: Option<bool>,
}

/// A server in front of a failing upstream, `one`, and one that succeeds, `two`.
struct Setup {
    server: Running,
    one: Option<Upstream>,
    two: Upstream,
    vendor: Vendor,
    streamed: bool,
}

impl Setup {
    async fn new(fault: Fault, vendor: Vendor, streamed: bool) -> Option<Self> {
        let one = match fault.reply(vendor, streamed) {
            Some(reply) => Some(Upstream::replay([reply]).await.unwrap()),
            None if fault == Fault::Refused => None,
            None => return None,
        };
        let base_url = match &one {
            Some(one) => one.base_url(),
            None => Upstream::refusing().await.unwrap(),
        };
        let reply = move |request: &_| -> Reply { vendor.reply(request, TEXT) };
        let two = Upstream::start(reply).await.unwrap();
        let mut failing = provider("one", vendor, base_url);
        shorten(&mut failing, fault);
        let config = with_models([failing, provider("two", vendor, two.base_url())]);
        Some(Self {
            server: start(&config).await,
            one,
            two,
            vendor,
            streamed,
        })
    }

    /// Sends a request. Checks everything that holds for all faults.
    async fn outcome(&self, request: &Value) -> Outcome {
        let headers = [("x-openrouter-metadata", "enabled")];
        let body = request.to_string();
        let bytes = Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
        let response = self.server.client().open(&bytes).await.whole().await;
        if let Some(one) = &self.one {
            assert!(one.idle().await, "an upstream connection is left open");
            for received in one.received() {
                assert_eq!(self.vendor.key(&received), Some(UPSTREAM_KEY));
            }
        }
        assert!(self.two.idle().await);
        check_for_secrets(&format!("{:?} {}", response.headers, response.text()));
        assert!(response.headers["x-generation-id"].starts_with("gen-"));
        outcome(&response, self.streamed)
    }

    /// Returns `true` if the second upstream is tried after the first one.
    async fn falls_back(&self, request: &Value) -> bool {
        let outcome = self.outcome(request).await;
        let tried = self.two.requests() == 1;
        assert_eq!(
            tried,
            outcome.status == 200 && outcome.error_type.is_empty()
        );
        tried
    }
}

fn shorten(provider: &mut ProviderConfig, fault: Fault) {
    match fault {
        Fault::StallBeforeHead => provider.timeouts.first_byte = SHORT,
        Fault::Stall => provider.timeouts.idle = SHORT,
        _ => {}
    }
}

fn with_models(providers: [ProviderConfig; 2]) -> Config {
    let models = [
        model("test/one", &["one"]),
        model("test/two", &["two"]),
        model("test/both", &["one", "two"]),
    ];
    config(providers, models)
}

/// Fails if a text has the server's key, or an address or key of an upstream.
fn check_for_secrets(text: &str) {
    for secret in Fault::private_texts().into_iter().chain([UPSTREAM_KEY]) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

fn outcome(response: &HttpResponse, streamed: bool) -> Outcome {
    let retry_after = response.headers.get("retry-after");
    let retry_after = retry_after.map(|seconds| seconds.parse().unwrap());
    let success = |in_band, error_type: &str, body: &Value| Outcome {
        status: 200,
        error_type: error_type.to_owned(),
        retry_after,
        in_band,
        maybe_billed: maybe_billed(body),
    };
    if response.status != 200 {
        let error = response.error();
        let error_type = error["type"].as_str().unwrap().to_owned();
        if response.status == 500 {
            let text = response.text();
            assert!(
                error["message"]
                    .as_str()
                    .unwrap()
                    .starts_with("internal error"),
                "{text}"
            );
            assert!(error["metadata"]["provider_code"].is_null(), "{text}");
            assert!(response.json()["openrouter_metadata"].is_null(), "{text}");
        }
        return Outcome {
            status: response.status,
            error_type,
            retry_after,
            in_band: false,
            maybe_billed: maybe_billed(&response.json()),
        };
    }
    if !streamed {
        let text = response.response().output_text();
        assert_eq!(text, TEXT, "{}", response.text());
        return success(false, "", &response.json());
    }
    let events = response.events();
    let findings = orouter_conformance::audit(&events);
    assert!(findings.is_empty(), "{findings:?}\n{}", response.text());
    let frames = crate::support::client::frames(&response.chunks);
    let last: Value = serde_json::from_str(&frames[frames.len() - 2]).unwrap();
    match last["type"].as_str().unwrap() {
        "response.completed" => success(false, "", &last["response"]),
        "response.failed" => {
            let error_type = last["response"]["error_type"].as_str();
            success(
                true,
                error_type.unwrap_or("no error_type"),
                &last["response"],
            )
        }
        other => panic!("the stream ends with {other}"),
    }
}

fn maybe_billed(body: &Value) -> Option<bool> {
    let attempts = &body["openrouter_metadata"]["attempts"];
    let attempt = attempts.get(0)?;
    Some(attempt["maybe_billed"] == true)
}

/// Runs a fault over one protocol. Returns the cell of its result.
async fn run(fault: Fault, vendor: Vendor, streamed: bool) -> Option<String> {
    let what = format!("{} over {vendor:?}, streamed: {streamed}", fault.name());
    let Expected {
        status,
        error_type,
        retry_after,
        next_endpoint,
        next_model,
        maybe_billed,
    } = expected(fault);
    let in_band = fault.follows_content(streamed);
    let wanted = Outcome {
        status: if in_band { 200 } else { status },
        error_type: error_type.to_owned(),
        retry_after: retry_after.filter(|_| !in_band),
        in_band,
        // Only these statuses have metadata. A stream that has begun is charged as it is.
        maybe_billed: matches!(status, 502 | 503 | 524 | 529).then_some(maybe_billed && !in_band),
    };
    let alone = Setup::new(fault, vendor, streamed).await?;
    let outcome = alone.outcome(&ask("test/one", streamed)).await;
    assert_eq!(outcome, wanted, "{what}");
    if let Some(one) = &alone.one {
        assert_eq!(one.requests(), 1, "{what}");
    }

    let endpoints = Setup::new(fault, vendor, streamed).await?;
    let request = ordered("test/both", streamed, &["one", "two"]);
    let tried = endpoints.falls_back_unless_begun(&request, in_band).await;
    assert_eq!(tried, next_endpoint && !in_band, "next endpoint: {what}");

    let models = Setup::new(fault, vendor, streamed).await?;
    let mut request = ask("test/one", streamed);
    request["models"] = serde_json::json!(["test/two"]);
    let tried = models.falls_back_unless_begun(&request, in_band).await;
    assert_eq!(tried, next_model && !in_band, "next model: {what}");

    Some(if in_band {
        format!("in-band `{error_type}`")
    } else {
        format!("{status} `{error_type}`")
    })
}

impl Setup {
    async fn falls_back_unless_begun(&self, request: &Value, in_band: bool) -> bool {
        if in_band {
            self.outcome(request).await;
            return self.two.requests() > 0;
        }
        self.falls_back(request).await
    }
}

async fn row(fault: Fault) -> String {
    // In tasks of their own, so that the timeouts of a stalling upstream pass at the same time.
    let results = [false, true].map(|streamed| {
        Vendor::ALL.map(|vendor| (vendor, tokio::spawn(run(fault, vendor, streamed))))
    });
    let mut cells = Vec::new();
    let mut protocols = Vec::new();
    for of_cell in results {
        let mut cell = None;
        for (vendor, result) in of_cell {
            // Some vendors do not have the fault.
            let Some(result) = result.await.unwrap() else {
                continue;
            };
            let first = cell.get_or_insert_with(|| result.clone());
            assert_eq!(*first, result, "{fault:?} differs between the protocols");
            if !protocols.contains(&vendor.protocol()) {
                protocols.push(vendor.protocol());
            }
        }
        cells.push(cell.unwrap_or_default());
    }
    let protocols = match protocols.len() {
        count if count == Vendor::ALL.len() => "all".to_owned(),
        _ => protocols.join(", "),
    };
    let yes = |yes| if yes { "yes" } else { "no" };
    let expected = expected(fault);
    let hint = expected.retry_after.map(|seconds| format!("{seconds} s"));
    format!(
        "| {} | {protocols} | {} | {} | {} | {} | {} |\n",
        fault.name(),
        cells.join(" | "),
        hint.unwrap_or_default(),
        yes(expected.next_endpoint),
        yes(expected.next_model),
        yes(expected.maybe_billed),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_has_the_result_of_the_table() {
    let log = Lines::get();
    let mut table =
        "| Fault | Protocols | Whole response | Stream | `Retry-After` | Next endpoint | \
                     Next model | May be billed |\n|---|---|---|---|---|---|---|---|\n"
            .to_owned();
    // In tasks of their own, so that all wrong rows are reported. Few run at a time: a stalling
    // upstream must get its request within its timeout.
    let places = Arc::new(Semaphore::new(4));
    let rows: Vec<_> = Fault::all()
        .into_iter()
        .map(|fault| {
            let places = Arc::clone(&places);
            let row = async move {
                let _place = places.acquire().await.unwrap();
                row(fault).await
            };
            (fault, tokio::spawn(row))
        })
        .collect();
    let mut wrong = Vec::new();
    for (fault, row) in rows {
        match row.await {
            Ok(row) => table += &row,
            Err(_) => wrong.push(fault),
        }
    }
    assert!(wrong.is_empty(), "wrong: {wrong:?}");
    check_for_secrets(&log.text());
    assert!(!log.text().contains("confidential"), "content in the log");

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/server-faults.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (start, rest) = page.split_once("<!-- table -->\n").unwrap();
    let (documented, end) = rest.split_once("<!-- end of table -->").unwrap();
    if std::env::var_os("UPDATE_SERVER_FAULTS").is_some() {
        let page = format!("{start}<!-- table -->\n{table}<!-- end of table -->{end}");
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        documented, table,
        "UPDATE_SERVER_FAULTS=1 writes docs/server-faults.md"
    );
}
