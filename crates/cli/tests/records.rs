//! `orouter records export`: records of a server, page by page, to standard output or a file.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::io::Read as _;
use std::sync::Arc;

use orouter_server::store::{
    GenerationRecord, RecordStore as _, Settlement, SqliteOptions, SqliteStore, Timestamp, Usd,
};
use serde_json::Value;
use support::accounts::{CONFIG, Folder, mode};
use support::{Ran, refused_usage, scripted};

/// Writes `count` records to the database, one for each second from the beginning of 2026-05-01.
fn records(folder: &Folder, count: i64) {
    let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    let settlement = |number: i64| {
        let time = Timestamp::from_millis(start.to_millis() + number * 1000);
        let mut record = GenerationRecord::new(format!("gen-{number:06}"), time);
        record.completed_at = time;
        record.model = "x/one".to_owned();
        record.cost = Usd::from_nanos(number);
        record.client.user_agent = Some("=cmd".to_owned());
        Settlement::new(record)
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let options = SqliteOptions::new(folder.path("orouter.db"));
        let store = SqliteStore::open(options).await.unwrap();
        let numbers: Vec<i64> = (0..count).collect();
        for batch in numbers.chunks(500) {
            let batch: Arc<[Settlement]> = batch.iter().copied().map(settlement).collect();
            store.write_settlements(batch).await.unwrap();
        }
    });
}

#[test]
fn all_pages_are_written_in_order() {
    let folder = Folder::new();
    records(&folder, 2_501);
    let csv = folder.output(["records", "export"]);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2_502);
    assert!(
        lines[0].starts_with("id,request_id,account,"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("gen-000000,"), "{}", lines[1]);
    assert!(lines[2_501].starts_with("gen-002500,"), "{}", lines[2_501]);
    assert!(lines[2_501].contains(",0.0000025,"), "{}", lines[2_501]);
    assert!(!csv.contains(",=cmd"), "a formula");

    let json = folder.output(["records", "export", "--format", "jsonl"]);
    let ids: Vec<String> = json
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 2_501);
    assert!(ids.is_sorted());

    let part = |arguments: &[&str]| {
        let mut command = folder.command(["records", "export", "--format", "jsonl"]);
        command.args(arguments);
        let ran = support::run(command);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        ran.stdout.lines().count()
    };
    assert_eq!(part(&["--since", "2026-05-01T00:40:00Z"]), 101);
    assert_eq!(part(&["--until", "2026-05-01T00:00:10.5Z"]), 11);
    assert_eq!(part(&["--since", "2026-05-02"]), 0);
    assert_eq!(
        part(&["--since", "2026-05-01", "--until", "2026-05-02"]),
        2_501
    );
    assert_eq!(part(&["--account", "default"]), 2_501);
    assert_eq!(part(&["--account", "other"]), 0);
}

#[test]
fn a_file_is_complete_and_private() {
    let folder = Folder::new();
    records(&folder, 3);
    let path = folder.path("out/r.csv");
    let ran = folder.run(["records", "export", "--output", "out/r.csv"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    assert!(
        ran.stderr.contains("out/r.csv: 3 records"),
        "{}",
        ran.stderr
    );
    assert_eq!(mode(&path), 0o600);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        folder.output(["records", "export"])
    );
    // Another run replaces the file.
    folder.output([
        "records",
        "export",
        "-o",
        "out/r.csv",
        "--since",
        "2026-05-02",
    ]);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
    assert_eq!(support::accounts::files(&folder.path("out")), ["r.csv"]);
    for target in ["out", "/dev/null", "orouter.db/r.csv"] {
        let ran = folder.run(["records", "export", "-o", target]);
        assert_eq!(ran.status, Some(1), "{target}");
        assert!(
            ran.stderr.contains(&format!("cannot write {target}")),
            "{}",
            ran.stderr
        );
    }
    use std::os::unix::fs::FileTypeExt as _;
    let null = fs::metadata("/dev/null").unwrap();
    assert!(null.file_type().is_char_device());
}

#[test]
fn unusable_values_are_refused() {
    let folder = Folder::new();
    for (arguments, word) in [
        (&["--since", "may"][..], "2026-05-01T09:30:00Z"),
        (&["--until", "2026-02-30"], "--until"),
        (
            &["--since", "2026-05-02", "--until", "2026-05-02"],
            "--since is not before",
        ),
        (&["--format", "xlsx"], "jsonl"),
        (&["--account", "a b"], "--account"),
    ] {
        let mut command = folder.command(["records", "export"]);
        command.args(arguments);
        let ran = refused_usage(command);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn a_closed_pipe_ends_the_export() {
    let folder = Folder::new();
    records(&folder, 3_000);
    let mut child = folder.command(["records", "export"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(141), ""));
}

#[test]
fn generations_of_a_running_server_are_exported() {
    let folder = Folder::new();
    let reply = || scripted::json(200, &scripted::response("completed", "Hello"));
    let upstream = scripted::Server::start([reply(), reply()]);
    let config = CONFIG.replace("http://127.0.0.1:9/v1", &upstream.url);
    fs::write(folder.path("orouter.toml"), config).unwrap();
    let server = folder.serve();
    let key = folder.key("app");
    server.expect(&key, 200);
    for _ in 0..2 {
        let (status, body) = server.generate(&key);
        assert_eq!(status, 200, "{body}\n{}", server.log());
    }
    // Writes the records that are not in the database yet.
    assert_eq!(server.stop(), Some(0));
    let json = folder.output(["records", "export", "--format", "jsonl"]);
    let records: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 2, "{json}");
    assert_eq!(records[0]["caller"], "app");
    assert_eq!(records[0]["cost"], "0.012");
    assert_eq!(records[0]["user_agent"], "=cmd");
    assert!(!json.contains("Hello"), "{json}");
    let shown = folder.data(["keys", "show", "app", "--json"]);
    assert_eq!(shown["usage"], 0.024);
    assert!(shown["last_used_at"].is_string(), "{shown}");
    let credits = folder.output(["credits", "show"]);
    assert!(credits.contains("spent     0.024 USD"), "{credits}");
}
