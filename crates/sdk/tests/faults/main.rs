//! Outcomes of calls to a faulty server: every fault at every point of an exchange where it can occur,
//! on a raw socket. `docs/faults.md` has the outcomes as a table; this test fails if it is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod connections;
mod redirects;
mod scripts;
#[path = "../support/mod.rs"]
mod support;

use std::{collections::BTreeSet, path::Path, sync::OnceLock, time::Duration};

#[cfg(feature = "hyper")]
use orouter::transport::HyperTransport;
use orouter::{
    Error, OpenRouter, RequestOptions, Response, RetryConfig, Timeouts, transport::ReqwestTransport,
};
use scripts::{FAULTS, PLACES, Scripts, can_be_shown, forms, is_stream, serve};
use support::{RESPONSE, request, soon};

/// The limits of the table: short, with a real clock.
const LIMIT: Duration = Duration::from_millis(80);

fn json_head() -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        RESPONSE.len()
    )
}

/// Returns a client with these limits. Its other limits are long enough for a busy machine.
fn client_with(url: &str, limits: fn(Timeouts) -> Timeouts) -> OpenRouter {
    let patient = Timeouts::default()
        .connect(support::LONG)
        .first_byte(support::LONG)
        .idle(support::LONG);
    let options = RequestOptions::new()
        .retries(RetryConfig::none())
        .max_response_bytes(8000)
        .max_event_bytes(8000)
        .timeouts(limits(patient));
    // Setting up TLS takes longer than any of the calls, so all share one transport.
    let builder = support::builder().server_url(url).options(options);
    #[cfg(feature = "hyper")]
    if support::over_hyper() {
        static HYPER: OnceLock<HyperTransport> = OnceLock::new();
        let transport = HYPER.get_or_init(|| HyperTransport::new().unwrap());
        return builder.transport(transport.clone()).build().unwrap();
    }
    static REQWEST: OnceLock<ReqwestTransport> = OnceLock::new();
    let make = ReqwestTransport::builder().connect_timeout(Some(support::LONG));
    let transport = REQWEST.get_or_init(|| make.build().unwrap());
    builder.transport(transport.clone()).build().unwrap()
}

fn client(url: &str) -> OpenRouter {
    client_with(url, |patient| patient)
}

/// Returns the outcome of a call in one word.
fn word<T>(outcome: Result<T, Error>) -> String {
    let Err(error) = outcome else {
        return "ok".to_owned();
    };
    support::assert_presentable(&error);
    let mut word = error.kind().to_string();
    if let Some(which) = error.timeout() {
        word = format!("{word} ({which})");
    }
    if error
        .partial_response()
        .is_some_and(|partial| partial.id == "resp_1")
    {
        word.push_str(" + partial");
    }
    word
}

async fn create(client: &OpenRouter) -> Result<Response, Error> {
    soon(client.responses().create(request())).await
}

async fn stream(client: &OpenRouter) -> Result<Response, Error> {
    let stream = soon(client.responses().stream(request())).await?;
    soon(stream.into_response()).await
}

async fn outcome(fault: &str, place: &str, scripts: Scripts) -> String {
    // Only the limit that should run out is short, so that a busy machine does not change the outcome.
    let limits: fn(Timeouts) -> Timeouts = match (fault, place) {
        ("stalled", "before the head" | "in the head") => |patient| patient.first_byte(LIMIT),
        ("stalled", _) => |patient| patient.idle(LIMIT),
        _ => |patient| patient,
    };
    let mut words = BTreeSet::new();
    // A head or a JSON body has the same outcome for a whole response and for a stream.
    for streams in [true, false] {
        if !streams && is_stream(place) {
            continue;
        }
        let (url, _server) = serve(scripts.clone()).await;
        let client = client_with(&url, limits);
        let response = if streams {
            stream(&client).await
        } else {
            create(&client).await
        };
        if let Ok(response) = &response {
            assert_eq!(response.output_text(), "Hello", "{fault} {place}");
        }
        words.insert(word(response));
    }
    assert_eq!(words.len(), 1, "{fault} {place}: {words:?}");
    words.pop_first().unwrap()
}

/// Returns the row of a fault in the table.
async fn row(fault: &str) -> String {
    let mut row = format!("| {fault} |");
    for place in PLACES {
        let mut words = BTreeSet::new();
        for scripts in forms(fault, place) {
            words.insert(outcome(fault, place, scripts).await);
        }
        assert!(words.len() < 2, "{fault} {place}: {words:?}");
        row += &format!(" {} |", words.pop_first().unwrap_or_default());
    }
    row
}

#[tokio::test]
async fn every_fault_at_every_place_ends_as_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (start, rest) = page.split_once("<!-- table -->\n").unwrap();
    let (documented, end) = rest.split_once("<!-- end of table -->").unwrap();
    let mut table = format!(
        "| Fault | {} |\n|---|{}\n",
        PLACES.join(" | "),
        "---|".repeat(PLACES.len())
    );
    for fault in FAULTS {
        let row = if can_be_shown(fault) {
            row(fault).await
        } else {
            // Only a build with the feature can check the row.
            let name = format!("| {fault} |");
            let known = documented.lines().find(|line| line.starts_with(&name));
            known.unwrap_or_else(|| panic!("no row {fault}")).to_owned()
        };
        table += &row;
        table.push('\n');
    }
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        let page = format!("{start}<!-- table -->\n{table}<!-- end of table -->{end}");
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        documented, table,
        "docs/faults.md is out of date; see it for how to renew it"
    );
}
