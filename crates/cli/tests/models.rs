//! `orouter models`: the lists of the embedded server and of other servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::scripted::{Server, json};
use support::{embedded, orouter, run};

#[test]
fn the_embedded_model_is_listed_without_a_download() {
    let empty = tempfile::tempdir().unwrap();
    let mut command = orouter(["models"]);
    command
        .env("XDG_CACHE_HOME", empty.path())
        .env("HOME", empty.path());
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("local/smollm2-135m-instruct "),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("4096"), "{}", ran.stdout);
    assert_eq!(
        std::fs::read_dir(empty.path()).unwrap().count(),
        0,
        "nothing is downloaded"
    );
}

#[test]
fn a_server_s_list_is_printed_in_columns_or_as_json() {
    let list =
        r#"{"data":[{"id":"a/b","name":"B","context_length":8192},{"id":"long/name","name":"N"}]}"#;
    let server = Server::start([json(200, list), json(200, list)]);
    let ran = run(orouter(["models", "--base-url", &server.url]));
    assert_eq!(
        ran.stdout, "a/b            8192  B\nlong/name            N\n",
        "{}",
        ran.stderr
    );
    assert!(server.request().head.starts_with("get /api/v1/models "));
    let ran = run(orouter(["models", "--json", "--base-url", &server.url]));
    let printed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(printed["data"][1]["id"], "long/name");
}

#[test]
fn pull_prints_the_path_of_the_model() {
    if !embedded::available() {
        return;
    }
    let ran = run(orouter(["models", "pull"]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let path = std::path::PathBuf::from(ran.stdout.trim_end());
    assert!(
        path.metadata().unwrap().len() > 90_000_000,
        "{}",
        path.display()
    );
}
