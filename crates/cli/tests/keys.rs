//! `orouter keys`: the keys of a configuration's database, beside a running server.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::accounts::Folder;
use support::pty::Terminal;
use support::{refused_usage, run};

#[test]
fn a_key_is_printed_once_and_alone() {
    let folder = Folder::new();
    let ran = folder.run(["keys", "create", "ci"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let key = ran.stdout.trim_end();
    assert_eq!(ran.stdout, format!("{key}\n"));
    assert!(key.starts_with("sk-or-v1-") && key.len() == 73, "{key}");
    assert!(!ran.stderr.contains(key), "{}", ran.stderr);
    let data = folder.data(["keys", "show", "ci", "--json"]);
    for part in [
        "ci",
        data["label"].as_str().unwrap(),
        data["hash"].as_str().unwrap(),
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }

    let output = folder.output([
        "keys",
        "create",
        "all",
        "--limit",
        "12.5",
        "--limit-reset",
        "monthly",
        "--expires",
        "2999-01-02",
        "--allow-model",
        "a/b",
        "--allow-model",
        "c/d",
        "--allow-provider",
        "up",
        "--requests-per-minute",
        "60",
        "--tokens-per-minute",
        "1000",
        "--creator",
        "maria",
        "--json",
    ]);
    let created: Value = serde_json::from_str(&output).unwrap();
    assert!(created["key"].as_str().unwrap().starts_with("sk-or-v1-"));
    let members = [
        ("name", json!("all")),
        ("limit", json!(12.5)),
        ("limit_remaining", json!(12.5)),
        ("limit_reset", json!("monthly")),
        ("expires_at", json!("2999-01-02T00:00:00.000Z")),
        ("allowed_models", json!(["a/b", "c/d"])),
        ("allowed_providers", json!(["up"])),
        ("requests_per_minute", json!(60)),
        ("tokens_per_minute", json!(1000)),
        ("creator_user_id", json!("maria")),
        ("workspace_id", json!("default")),
        ("is_management_key", json!(false)),
        ("disabled", json!(false)),
        ("usage", json!(0.0)),
    ];
    for (name, value) in &members {
        assert_eq!(&created["data"][name], value, "{name}");
    }
    assert_eq!(
        folder.data(["keys", "show", "all", "--json"]),
        created["data"]
    );
    let shown = folder.output(["keys", "show", "all"]);
    for line in [
        "limit               12.5 USD, monthly",
        "models              a/b, c/d",
        "state               active",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let managing = folder.run(["keys", "create", "admin", "--management"]);
    assert!(
        managing.stderr.contains("cannot make requests"),
        "{managing:?}"
    );
}

#[test]
fn values_are_changed_and_removed() {
    let folder = Folder::new();
    folder.key("ci");
    let changed = folder.data([
        "keys",
        "update",
        "ci",
        "--name",
        "tests",
        "--limit",
        "0.000000001",
        "--limit-reset",
        "daily",
        "--expires",
        "30d",
        "--allow-model",
        "a/b",
        "--requests-per-minute",
        "5",
        "--json",
    ]);
    assert_eq!(changed["limit"], 1e-9);
    assert_eq!(changed["limit_reset"], "daily");
    assert!(changed["expires_at"].is_string());
    assert_eq!(changed["requests_per_minute"], 5);
    let removed = folder.data([
        "keys",
        "update",
        "tests",
        "--no-limit",
        "--no-expires",
        "--allow-all-models",
        "--no-requests-per-minute",
        "--json",
    ]);
    for name in [
        "limit",
        "limit_reset",
        "expires_at",
        "allowed_models",
        "requests_per_minute",
    ] {
        assert_eq!(removed[name], Value::Null, "{name}");
    }
    assert_eq!(removed["name"], "tests");

    folder.output(["keys", "disable", "tests"]);
    let names = |arguments: [&str; 3]| {
        let listed = folder.data(arguments);
        let names = listed.as_array().unwrap().iter();
        names
            .map(|key| key["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(["keys", "list", "--json"]), ["management"]);
    assert_eq!(folder.output(["keys", "list", "--all"]).lines().count(), 2);
    let all = folder.output(["keys", "list", "--all"]);
    assert!(all.contains("disabled"), "{all}");
    folder.output(["keys", "enable", "tests"]);
    assert_eq!(names(["keys", "list", "--json"]), ["tests", "management"]);
    folder.output(["keys", "delete", "tests", "--yes"]);
    assert_eq!(folder.output(["keys", "list", "--all"]).lines().count(), 1);
}

#[test]
fn a_key_is_named_by_name_label_and_hash() {
    let folder = Folder::new();
    let (key, other) = (folder.key("ci"), folder.key("twice"));
    folder.key("twice");
    let data = folder.data(["keys", "show", "ci", "--json"]);
    let hash = data["hash"].as_str().unwrap();
    for name in [
        hash,
        &hash[..8],
        &hash[..20].to_uppercase(),
        data["label"].as_str().unwrap(),
        &key,
    ] {
        assert_eq!(
            folder.data(["keys", "show", name, "--json"]),
            data,
            "{name}"
        );
    }
    let ran = run(folder.command(["keys", "show", "twice"]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    assert_eq!(ran.stderr.matches("sk-or-v1-").count(), 2, "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    for hash in ran.stderr.split(": ").last().unwrap().split("), ") {
        let hash = hash.split(' ').next().unwrap();
        assert_eq!(
            folder.data(["keys", "show", hash, "--json"])["name"],
            "twice"
        );
    }
    let last = if other.ends_with('0') { '1' } else { '0' };
    let unknown = format!("{}{last}", &other[..72]);
    for name in [&hash[..7], "unknown", &unknown, &other[..40], ""] {
        let ran = folder.run(["keys", "delete", name, "--yes"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.contains("orouter keys list"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(&other[9..40]), "{}", ran.stderr);
    }
}

#[test]
fn accounts_have_keys_of_their_own() {
    let folder = Folder::new();
    let ran = folder.run(["keys", "create", "x", "--account", "team"]);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr.contains("orouter accounts create"),
        "{}",
        ran.stderr
    );
    folder.output(["accounts", "create", "team"]);
    let again = folder.run(["accounts", "create", "team"]);
    assert_eq!(again.status, Some(0));
    assert!(again.stderr.contains("exists"), "{}", again.stderr);
    folder.output(["keys", "create", "x", "--account", "team"]);
    let listed = folder.data(["keys", "list", "--account", "team", "--json"]);
    assert_eq!(listed[0]["workspace_id"], "team");
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(folder.run(["keys", "show", "x"]).status, Some(1));
    refused_usage(folder.command(["keys", "list", "--account", "a b"]));
}

#[test]
fn a_running_server_notices_changes() {
    let folder = Folder::new();
    let server = folder.serve();
    assert_eq!(server.status("sk-or-v1-unknown"), 401);
    let key = folder.key("app");
    server.expect(&key, 200);
    folder.output(["keys", "disable", "app"]);
    server.expect(&key, 401);
    folder.output(["keys", "enable", "app"]);
    server.expect(&key, 200);
    folder.output(["keys", "update", "app", "--allow-model", "other/model"]);
    server.wait(403, || server.generate(&key).0);
    folder.output(["keys", "delete", "app", "--yes"]);
    server.expect(&key, 401);
    assert_eq!(server.generate(&folder.management_key).0, 403);
    let log = server.log();
    assert!(!log.contains(&key[9..]), "{log}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn deletion_asks_on_a_terminal() {
    let folder = Folder::new();
    folder.key("ci");
    let ran = refused_usage(folder.command(["keys", "delete", "ci"]));
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    for (reply, status, keys) in [("n", 1, 2), ("", 1, 2), ("y", 0, 1)] {
        let terminal = Terminal::start(folder.command(["keys", "delete", "ci"]));
        terminal.wait_for("Delete ci");
        terminal.line(reply);
        let ended = terminal.end();
        assert_eq!(ended.status, Some(status), "{reply}: {}", ended.screen);
        let left = folder.output(["keys", "list", "--all"]).lines().count();
        assert_eq!(left, keys, "{reply}");
    }
}

#[test]
fn ctrl_c_at_the_question_deletes_nothing() {
    let folder = Folder::new();
    folder.key("ci");
    let terminal = Terminal::start(folder.command(["keys", "delete", "ci"]));
    terminal.wait_for("Delete ci");
    terminal.ctrl_c();
    assert_eq!(terminal.end().status, Some(130));
    assert_eq!(folder.output(["keys", "list"]).lines().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_key_that_cannot_be_printed_is_deleted() {
    let folder = Folder::new();
    for format in [&[][..], &["--json"]] {
        let mut command = folder.command(["keys", "create", "lost"]);
        command.args(format);
        command.stdout(fs::File::options().write(true).open("/dev/full").unwrap());
        let ran = run(command);
        assert_eq!(ran.status, Some(1));
        assert!(ran.stderr.contains("was deleted"), "{}", ran.stderr);
    }
    assert_eq!(folder.output(["keys", "list", "--all"]).lines().count(), 1);
}

#[test]
fn text_of_others_cannot_change_the_terminal() {
    let folder = Folder::new();
    folder.key("a\u{1b}[2J\nb");
    let listed = folder.output(["keys", "list"]);
    assert_eq!(listed.lines().count(), 2, "{listed:?}");
    assert!(!listed.contains('\u{1b}'), "{listed:?}");
    let shown = folder.output(["keys", "show", "a\u{1b}[2J\nb"]);
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}
