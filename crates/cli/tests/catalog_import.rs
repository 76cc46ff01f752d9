//! `orouter catalog import`: fetches all pages, replaces the file at once, and keeps it on failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::scripted::{Script, Server};
use support::{Ran, orouter, run};

fn reply(status: &str, content_type: &str, body: &str) -> Script {
    Script::Bytes(format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

fn page(models: &Value, next: Option<&str>) -> Script {
    let body = json!({"data": models, "total_count": 3, "links": {"next": next}});
    reply("200 OK", "application/json", &body.to_string())
}

fn import(folder: &Path, url: &str) -> Ran {
    let mut command = orouter(["catalog", "import", "--base-url", url]);
    command
        .current_dir(folder)
        .env("OPENROUTER_API_KEY", "sk-or-v1-secret");
    run(command)
}

fn model(id: &str, price: &str) -> Value {
    json!({"id": id, "name": id, "created": 1_692_901_234, "context_length": 8192,
        "architecture": {"modality": "text->text", "input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "GPT"},
        "pricing": {"prompt": price, "completion": price, "made_up": "7"}, "unknown_member": [1, 2]})
}

#[test]
fn all_pages_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([
        page(
            &json!([model("a/one", "0.000001"), model("a/two", "-1")]),
            Some("/api/v1/models?offset=2&limit=2"),
        ),
        page(&json!([model("a/three", "0")]), None),
    ]);
    fs::write(folder.path().join("models.json"), "old").unwrap();
    let ran = import(folder.path(), &server.url);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(ran.stdout, "models.json: 3 models, 2 with prices\n");
    let first = server.request();
    assert!(
        first.head.starts_with("get /api/v1/models http"),
        "{}",
        first.head
    );
    assert!(!first.head.contains("authorization"), "{}", first.head);
    let second = server.request();
    assert!(
        second.head.contains("offset=2") && second.head.contains("limit=2"),
        "{}",
        second.head
    );

    let text = fs::read_to_string(folder.path().join("models.json")).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    let ids: Vec<&str> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["a/one", "a/two", "a/three"]);
    assert_eq!(list["data"][0]["unknown_member"], json!([1, 2]));
    assert_eq!(list["data"][0]["pricing"]["prompt"], "0.000001");
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "no temporary file is left");

    fs::write(folder.path().join("a.toml"), "catalog = \"models.json\"\n").unwrap();
    let mut command = orouter(["check", "a.toml"]);
    command.current_dir(folder.path());
    let ran = run(command);
    assert!(ran.stdout.contains("3 in the catalog"), "{ran:?}");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_server_that_ignores_the_query_does_not_repeat_models() {
    let folder = tempfile::tempdir().unwrap();
    let same = || page(&json!([model("a/one", "0")]), Some("/models?offset=1"));
    let server = Server::start([same(), same()]);
    let ran = import(folder.path(), &server.url);
    assert_eq!(
        ran.stdout, "models.json: 1 models, 1 with prices\n",
        "{ran:?}"
    );
}

#[test]
fn a_failure_keeps_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("models.json");
    fs::write(&file, "old").unwrap();
    for script in [
        reply("404 Not Found", "text/plain", "no"),
        reply("200 OK", "text/html", "<html></html>"),
        reply("200 OK", "application/json", "{\"data\": 7}"),
        page(&json!([]), None),
        Script::Bytes("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"data\": [".to_owned()),
    ] {
        // Further connections are retries.
        let server = Server::start([script.clone(), script.clone(), script.clone(), script]);
        let ran = import(folder.path(), &server.url);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(!ran.stderr.is_empty());
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    }
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "no temporary file is left");
}

#[test]
fn unusable_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let ran = import(folder.path(), "not a url");
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--base-url"), "{ran:?}");

    let server = Server::start([page(&json!([model("a/one", "0")]), None)]);
    let mut command = orouter(["catalog", "import", "--output", "missing/models.json"]);
    command
        .args(["--base-url", &server.url])
        .current_dir(folder.path());
    let ran = run(command);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("cannot write missing"), "{ran:?}");
}
