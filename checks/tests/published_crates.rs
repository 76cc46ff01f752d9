//! Every published crate has the fields, licences and settings that its page needs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "this is a test"
)]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;

/// Returns the packages that are published, as cargo describes them.
fn published() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().clone();
    // `publish = false` is an empty list of registries.
    let is_published = |package: &Value| package["publish"].is_null();
    packages.into_iter().filter(is_published).collect()
}

#[test]
fn these_crates_are_published() {
    let packages = published();
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let expected = [
        "orouter",
        "orouter-cli",
        "orouter-http",
        "orouter-local",
        "orouter-protocols",
        "orouter-server",
        "orouter-store",
        "orouter-wire",
        "orouter-wire-derive",
    ];
    assert_eq!(names, BTreeSet::from(expected));
}

#[test]
fn every_published_crate_describes_itself() {
    for package in published() {
        let name = &package["name"];
        for field in [
            "description",
            "repository",
            "homepage",
            "documentation",
            "license",
            "readme",
        ] {
            assert!(package[field].is_string(), "{name}: no {field}");
        }
        // The registry refuses more than five of each.
        for field in ["keywords", "categories"] {
            let entries = package[field].as_array().unwrap();
            assert!(
                (1..=5).contains(&entries.len()),
                "{name}: {field}: {entries:?}"
            );
        }
        let folder = Path::new(package["manifest_path"].as_str().unwrap())
            .parent()
            .unwrap();
        for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let own = fs::read_to_string(folder.join(file));
            let root =
                fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file));
            assert_eq!(own.unwrap_or_default(), root.unwrap(), "{name}: {file}");
        }
    }
}

#[test]
fn the_documentation_of_libraries_has_all_features() {
    for package in published() {
        let targets = package["targets"].as_array().unwrap();
        let is_library =
            |target: &Value| target["kind"][0] == "lib" || target["kind"][0] == "proc-macro";
        if targets.iter().any(is_library) {
            let all_features = &package["metadata"]["docs"]["rs"]["all-features"];
            assert_eq!(all_features, true, "{}", package["name"]);
        }
    }
}
