//! Output with a schema satisfies it for every seed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::{embedded, orouter, run};

/// The schema below as a Rust type, without optional and unknown members.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Person {
    name: String,
    age: u8,
    city: String,
}

const SCHEMA: &str = r#"{
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "city": {"type": "string"}
    },
    "required": ["name", "age", "city"],
    "additionalProperties": false
}"#;

#[test]
fn twenty_seeds_give_twenty_people() {
    if !embedded::available() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("person.json");
    std::fs::write(&file, SCHEMA).unwrap();
    for seed in 1..=20 {
        let ran = run(orouter([
            "send",
            "--json",
            "--schema",
            file.to_str().unwrap(),
            "Extract: Maria Lopez is 34 and lives in Lisbon.",
            "--seed",
            &seed.to_string(),
            "--local",
        ]));
        assert_eq!(ran.status, Some(0), "seed {seed}: {ran:?}");
        let response: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(response["status"], "completed", "seed {seed}: {response}");
        let text = response["output"][0]["content"][0]["text"]
            .as_str()
            .unwrap();
        let person = serde_json::from_str::<Person>(text);
        assert!(person.is_ok(), "seed {seed}: {text}: {:?}", person.err());
    }
}
