//! The crates of the workspace depend on each other only as the architecture says.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "this is a test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

/// Each crate under `crates/` with the crates of the workspace that it may depend on outside of
/// its tests. `ARCHITECTURE.md` draws the same graph.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("orouter-wire-derive", &[]),
    ("orouter-wire", &["orouter-wire-derive"]),
    ("orouter-conformance", &["orouter-wire"]),
    ("orouter-upstream-double", &[]),
    ("orouter-http", &["orouter-wire"]),
    ("orouter", &["orouter-http", "orouter-wire"]),
    ("orouter-protocols", &["orouter-wire"]),
    ("orouter-local", &[]),
    ("orouter-store", &[]),
    (
        "orouter-server",
        &[
            "orouter-http",
            "orouter-local",
            "orouter-protocols",
            "orouter-store",
            "orouter-wire",
        ],
    ),
    ("orouter-cli", &["orouter", "orouter-server"]),
];

/// Used by tests of any crate, and by nothing else.
const FOR_TESTS: [&str; 2] = ["orouter-conformance", "orouter-upstream-double"];

/// Further dependencies of tests: the macro's output needs the traits that it implements, and the command
/// is tested with a PostgreSQL.
const IN_TESTS: [(&str, &str); 2] = [
    ("orouter-wire-derive", "orouter-wire"),
    ("orouter-cli", "orouter-store"),
];

#[test]
fn crates_depend_on_each_other_as_designed() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    let mut wrong = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().expect("a package has a name");
        if !package["manifest_path"]
            .as_str()
            .is_some_and(|path| path.contains("/crates/"))
        {
            continue;
        }
        let Some(allowed) = allowed.get(name) else {
            wrong.push(format!("{name} is not in the table of this test"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"]
                .as_str()
                .expect("a dependency has a name");
            let in_tests = dependency["kind"] == "dev";
            let may = if in_tests {
                allowed.contains(&other)
                    || other == name
                    || IN_TESTS.contains(&(name, other))
                    || FOR_TESTS.contains(&other)
            } else {
                allowed.contains(&other)
            };
            if names.contains(other) && !may {
                let kind = if in_tests { " in its tests" } else { "" };
                wrong.push(format!("{name} depends on {other}{kind}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not as designed:\n{}", wrong.join("\n"));
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    metadata["packages"].as_array().expect("a list").clone()
}
