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
    let mut command = orouter(["models", "--local"]);
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

const LIST: &str = r#"{"data":[
    {"id":"a/b","name":"B","context_length":8192,"pricing":{"prompt":"0.0000025","completion":"0.00001"},"added":1},
    {"id":"long/name","name":"N","pricing":{"prompt":"-1","completion":"-1"}},
    {"id":"a/free","name":"Free","context_length":4096,"pricing":{"prompt":"0","completion":"0"}}
]}"#;

/// Runs `models` against a server with the list, and returns the request.
fn list(arguments: &[&str]) -> (support::Ran, String) {
    let server = Server::start([json(200, LIST)]);
    let mut command = orouter(["models", "--base-url", &server.url]);
    command.args(arguments);
    let ran = run(command);
    (ran, server.request().head)
}

#[test]
fn a_server_s_list_is_printed_in_columns() {
    let (ran, request) = list(&[]);
    assert_eq!(
        ran.stdout,
        "a/b            8192      2.50     10.00  B\n\
         long/name              varies    varies  N\n\
         a/free         4096      0.00      0.00  Free\n",
        "{}",
        ran.stderr
    );
    assert!(request.starts_with("get /api/v1/models "), "{request}");
}

#[test]
fn json_has_all_members() {
    let (ran, _) = list(&["--json"]);
    let printed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let sent: serde_json::Value = serde_json::from_str(LIST).unwrap();
    assert_eq!(printed, sent);
}

#[test]
fn a_filter_selects_by_id_and_name() {
    for (filter, expected) in [
        ("A/", &["a/b", "a/free"][..]),
        ("free", &["a/free"]),
        ("free a", &["a/free"]),
        ("n", &["long/name"]),
        ("", &["a/b", "long/name", "a/free"]),
    ] {
        let (ran, _) = list(&["--filter", filter]);
        let ids = ran
            .stdout
            .lines()
            .map(|line| line.split(' ').next().unwrap());
        assert_eq!(
            ids.collect::<Vec<_>>(),
            expected,
            "{filter}: {}",
            ran.stderr
        );
        let (ran, _) = list(&["--json", "--filter", filter]);
        let printed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(printed["data"].as_array().unwrap().len(), expected.len());
    }
}

#[test]
fn an_empty_list_is_an_error() {
    for json in [&[][..], &["--json"]] {
        let (ran, _) = list(&[&["--filter", "gpt-9"], json].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.contains("no model of http://"), "{}", ran.stderr);
        assert!(ran.stderr.contains("\"gpt-9\""), "{}", ran.stderr);
    }
    let server = Server::start([json(200, r#"{"data":[]}"#)]);
    let ran = run(orouter(["models", "--base-url", &server.url]));
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("is empty"), "{}", ran.stderr);
    let ran = run(orouter(["models", "--local", "--filter", "smollm"]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let ran = run(orouter(["models", "--local", "--filter", "gpt"]));
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
}

#[test]
fn all_pages_are_listed() {
    let first = r#"{"data":[{"id":"a/1","name":"1"}],"total_count":2,"links":{"next":"/api/v1/models?offset=1&limit=1"}}"#;
    let second = r#"{"data":[{"id":"a/2","name":"2"}],"total_count":2,"links":{}}"#;
    let server = Server::start([json(200, first), json(200, second)]);
    let ran = run(orouter([
        "models",
        "--base-url",
        &server.url,
        "--filter",
        "a/2",
        "--json",
    ]));
    let printed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(printed["data"][0]["id"], "a/2", "{}", ran.stderr);
    assert_eq!(printed["total_count"], 1);
    server.request();
    assert!(
        server
            .request()
            .head
            .starts_with("get /api/v1/models?offset=1&limit=1 ")
    );
}

#[test]
fn without_a_network_the_embedded_model_is_listed() {
    let mut command = orouter(["models"]);
    // Nothing listens there, so the hosted service cannot be reached.
    command.env("HTTPS_PROXY", "http://127.0.0.1:9");
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("local/smollm2-135m-instruct "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("the embedded model only"),
        "{}",
        ran.stderr
    );
    // With a key, the user chose the hosted service.
    let mut command = orouter(["models"]);
    command
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .env("OPENROUTER_API_KEY", "k");
    assert_eq!(run(command).status, Some(1));
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
