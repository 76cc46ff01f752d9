//! `call_model` beside the agent loop of the TypeScript SDK: in the scenarios of `interop/agent`, both send the same
//! requests, except for the differences in `differences.txt`.
//!
//! After a wanted change, `UPDATE_AGENT_DIFFERENCES=1 cargo test -p orouter --test agent_reference` writes the file. It
//! keeps the reasons; write those that are missing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod compare;
mod play;
mod tools;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

const HEAD: &str = "\
# Differences between the requests of `call_model` and those of the TypeScript SDK's agent loop, by scenario of
# `interop/agent/scenarios.json`. The line with the name has the reason. Below, `theirs` is the reference. Differences
# that every scenario has are removed before: see `compare.rs`.
";

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    let path = here().join("../../interop/agent").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The reasons and the differences in `differences.txt`, by scenario.
fn known(text: &str) -> BTreeMap<String, (String, Vec<String>)> {
    let mut known: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(difference) = line.strip_prefix("  ") {
            let (_, differences) = known.get_mut(&name).expect("a difference below a name");
            differences.push(difference.to_owned());
        } else if let Some((scenario, reason)) = line.split_once(": ") {
            name = scenario.to_owned();
            known.insert(name.clone(), (reason.to_owned(), Vec::new()));
        }
    }
    known
}

#[tokio::test]
async fn both_loops_send_the_same_requests_except_for_the_listed_differences() {
    let file: Value = serde_json::from_str(&read("scenarios.json")).unwrap();
    let reference: BTreeMap<String, Value> = read("reference.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|record| (record["name"].as_str().unwrap().to_owned(), record))
        .collect();
    let path = here().join("tests/agent_reference/differences.txt");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let known = known(&text);
    let mut report = HEAD.to_owned();
    let mut problems = Vec::new();
    let scenarios = file["scenarios"].as_array().unwrap();
    assert!(scenarios.len() >= 20, "{} scenarios", scenarios.len());
    assert_eq!(scenarios.len(), reference.len());
    for scenario in scenarios {
        let name = scenario["name"].as_str().unwrap();
        let ours = play::play(scenario, &file["tools"]).await;
        let differences = compare::differences(&ours, &reference[name]);
        let (reason, listed) = known.get(name).cloned().unwrap_or_default();
        if differences != listed {
            problems.push(format!("{name}: {differences:#?}"));
        }
        if !differences.is_empty() {
            if reason.is_empty() || reason == "TODO" {
                problems.push(format!("{name}: write the reason"));
            }
            let reason = if reason.is_empty() { "TODO" } else { &reason };
            report += &format!("\n{name}: {reason}\n");
            for difference in differences {
                report += &format!("  {difference}\n");
            }
        }
    }
    if std::env::var_os("UPDATE_AGENT_DIFFERENCES").is_some() {
        fs::write(&path, &report).unwrap();
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(text, report, "differences.txt is not in its form");
}
