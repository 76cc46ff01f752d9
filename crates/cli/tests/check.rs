//! `orouter check`: every mistake with its place, and no secret.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::path::Path;

use support::{Ran, orouter, run};

const KEY: &str = "sk-or-v1-Zq8WmB41xQ7hR2nT";

fn check(folder: &Path, files: &[&str]) -> Ran {
    let mut command = orouter(["check"]);
    command
        .args(files)
        .current_dir(folder)
        .env("TEST_KEY", KEY)
        .env_remove("TEST_UNSET");
    run(command)
}

const VALID: &str = r#"
[[keys]]
name = "ci"
key = { env = "TEST_KEY" }
[providers.a]
protocol = "responses"
base_url = "https://api.example/v1"
api_key = { env = "TEST_KEY" }
[providers.b]
protocol = "chat"
base_url = "http://127.0.0.1:11434/v1"
models = ["*"]
[[models]]
id = "a/one"
[[models.endpoints]]
provider = "a"
[[models.endpoints]]
provider = "b"
"#;

#[test]
fn valid_files_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), VALID).unwrap();
    fs::write(folder.path().join("b.toml"), "").unwrap();
    let ran = check(folder.path(), &["a.toml", "b.toml"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        ran.stdout,
        "a.toml: 2 providers, 1 model, 2 endpoints, 1 key\n\
         b.toml: 0 providers, 0 models, 0 endpoints, 0 keys, the embedded model\n"
    );
}

#[test]
fn every_mistake_is_printed_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[providers.a]\nprotocol = \"responses\"\nbase_url = \"api.example/v1\"\n\
         api_key = {{ env = \"TEST_UNSET\" }}\n[providers.b]\nprotocol = \"chat\"\n\
         base_url = \"http://b\"\napi_key = \"{KEY}\"\n[[models]]\nid = \"a/one\"\n\
         [[models.endpoints]]\nprovider = \"b\"\n[[models.endpoints]]\nprovider = \"b\"\n"
    );
    fs::write(folder.path().join("a.toml"), text).unwrap();
    fs::write(folder.path().join("b.toml"), VALID).unwrap();
    let ran = check(folder.path(), &["a.toml", "b.toml"]);
    assert_eq!(ran.status, Some(2));
    let places: Vec<&str> = ran
        .stderr
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        ["a.toml:3:12", "a.toml:4:19", "a.toml:8:11", "a.toml:13:1"],
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.starts_with("b.toml: 2 providers"), "{ran:?}");
    assert!(!ran.stderr.contains("Zq8WmB41"), "{}", ran.stderr);
}

#[test]
fn warnings_do_not_fail() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[server]\nallow_unpriced = true\n";
    fs::write(folder.path().join("a.toml"), text).unwrap();
    let ran = check(folder.path(), &["a.toml"]);
    assert_eq!(ran.status, Some(0));
    assert!(
        ran.stderr
            .starts_with("a.toml:2:18: server.allow_unpriced: warning: "),
        "{ran:?}"
    );
}

#[test]
fn unreadable_and_missing_arguments() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("latin1.toml"), b"# caf\xe9").unwrap();
    for (files, word) in [
        (&["missing.toml"][..], "missing.toml: cannot be read"),
        (&["."], "cannot be read"),
        (&["latin1.toml"], "latin1.toml:1:6: is not UTF-8"),
        (&[], "FILE"),
        (&[""], "path of a file"),
    ] {
        let ran = check(folder.path(), files);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.contains(word), "{ran:?}");
    }
}

#[test]
fn the_variable_names_a_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "").unwrap();
    let mut command = orouter(["check"]);
    command
        .current_dir(folder.path())
        .env("OROUTER_CONFIG", "a.toml");
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("a.toml: "), "{ran:?}");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.toml"),
        "[server]\nlisten = \"\\u001b[31m\"\n\"a\\u001b\" = 1\n",
    )
    .unwrap();
    let ran = check(folder.path(), &["a.toml"]);
    assert_eq!(ran.status, Some(2));
    assert_eq!(ran.stderr.lines().count(), 2, "{ran:?}");
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:?}");
}
