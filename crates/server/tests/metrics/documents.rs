//! The table of `docs/metrics.md` is that of the metrics that a server has.

use std::collections::{BTreeMap, BTreeSet};

use crate::exposition::Exposition;
use crate::serving::{FAILING, MODEL, Serving, ask, builder};

const PAGE: &str = include_str!("../../../../docs/metrics.md");

/// Type, labels and meaning of a metric.
type Row = (String, BTreeSet<String>, String);

fn documented() -> BTreeMap<String, Row> {
    let (_, table) = PAGE.split_once("| Metric | Type |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, kind, labels, help] = cells[..] else {
            panic!("{line}");
        };
        let labels = labels
            .split(',')
            .map(|label| label.trim().trim_matches('`'));
        let labels = labels.filter(|label| !label.is_empty()).map(str::to_owned);
        let name = name.trim_matches('`').to_owned();
        (name, (kind.to_owned(), labels.collect(), help.to_owned()))
    };
    rows.map(row).collect()
}

/// Returns the metrics of a server, with the names that Prometheus stores.
fn exposed(exposition: &Exposition) -> BTreeMap<String, Row> {
    let families = exposition.families.iter();
    let row = |(name, family): (&String, &crate::exposition::Family)| {
        let suffix = match family.kind.as_str() {
            "counter" => "_total",
            "info" => "_info",
            _ => "",
        };
        let labels = family
            .samples
            .iter()
            .flat_map(|sample| sample.labels.keys());
        let labels = labels.filter(|label| *label != "le").cloned().collect();
        let row = (family.kind.clone(), labels, family.help.clone());
        (format!("{name}{suffix}"), row)
    };
    families.map(row).collect()
}

#[tokio::test]
async fn the_documented_metrics_are_those_of_the_server() {
    let server = Serving::local(builder()).await;
    let client = server.client();
    client.ask(&ask(MODEL, true)).await;
    client.ask(&ask(FAILING, false)).await;
    client.ask(&ask("test/unknown", false)).await;
    let accept = [("accept", "application/openmetrics-text")];
    let response = client.request("GET", "/metrics", &accept).await;
    let mut documented = documented();
    if !cfg!(target_os = "linux") {
        documented.retain(|name, _| !name.starts_with("process_"));
    }
    assert_eq!(
        exposed(&Exposition::read(&response.text(), true)),
        documented
    );
}

#[test]
fn every_label_is_described() {
    let (_, labels) = PAGE.split_once("| Label | Values |").unwrap();
    for (_, names, _) in documented().values() {
        for name in names
            .iter()
            .filter(|name| !["version", "commit"].contains(&name.as_str()))
        {
            assert!(labels.contains(&format!("| `{name}` |")), "{name}");
        }
    }
}
