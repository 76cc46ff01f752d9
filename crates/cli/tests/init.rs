//! `orouter init`: a configuration, a database and one management key; nothing that exists is changed.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use support::accounts::{Server, files, mode};
use support::{Ran, embedded, orouter, run, signal};

fn init<const N: usize>(folder: &Path, arguments: [&str; N]) -> Command {
    let mut command = orouter(["init"]);
    command.args(arguments).current_dir(folder);
    command
}

/// Runs another command in the folder.
fn command<const N: usize>(folder: &Path, arguments: [&str; N]) -> Ran {
    let mut command = orouter(arguments);
    command.current_dir(folder);
    run(command)
}

fn is_key(text: &str) -> bool {
    let digits = text.trim_end().strip_prefix("sk-or-v1-").unwrap_or("");
    digits.len() == 64 && text.ends_with('\n') && text.lines().count() == 1
}

#[test]
fn a_folder_gets_a_file_a_database_and_a_key() {
    let root = tempfile::tempdir().unwrap();
    let ran = run(init(root.path(), ["a/server"]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(is_key(&ran.stdout), "{:?}", ran.stdout);
    let key = ran.stdout.trim();
    assert!(!ran.stderr.contains(key), "{}", ran.stderr);
    for text in [
        "orouter serve",
        "orouter keys create",
        "cannot be printed again",
    ] {
        assert!(ran.stderr.contains(text), "{text}: {}", ran.stderr);
    }
    let folder = root.path().join("a/server");
    assert_eq!(mode(&root.path().join("a")), 0o700);
    assert_eq!(mode(&folder), 0o700);
    for name in files(&folder) {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
        let content = fs::read(folder.join(&name)).unwrap();
        let found = content.windows(64).any(|part| part == &key.as_bytes()[9..]);
        assert!(!found, "{name} has the key");
    }
    let checked = command(&folder, ["check"]);
    assert_eq!((checked.status, checked.stderr.as_str()), (Some(0), ""));
    assert!(
        checked.stdout.ends_with("accounts in SQLite\n"),
        "{}",
        checked.stdout
    );
    let listed = command(&folder, ["keys", "list"]);
    assert_eq!(listed.stdout.lines().count(), 1, "{}", listed.stdout);
    assert!(listed.stdout.contains("management"), "{}", listed.stdout);
}

#[test]
fn a_file_that_exists_is_not_changed() {
    let root = tempfile::tempdir().unwrap();
    let first = run(init(root.path(), []));
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    let path = root.path().join("orouter.toml");
    fs::write(&path, "# mine\n[store]\nurl = \"sqlite:orouter.db\"\n").unwrap();
    for _ in 0..2 {
        let ran = run(init(root.path(), []));
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
        assert!(ran.stderr.contains("orouter.toml exists"), "{}", ran.stderr);
    }
    assert!(fs::read_to_string(&path).unwrap().starts_with("# mine"));
    let listed = command(root.path(), ["keys", "list", "--all"]);
    assert_eq!(listed.stdout.lines().count(), 1, "{}", listed.stdout);

    // A link that leads nowhere is not followed.
    let root = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("missing", root.path().join("orouter.toml")).unwrap();
    assert_eq!(run(init(root.path(), [])).status, Some(2));
    assert_eq!(files(root.path()), ["orouter.toml"]);
}

#[test]
fn a_database_with_keys_gets_no_other_one() {
    let root = tempfile::tempdir().unwrap();
    assert!(is_key(&run(init(root.path(), [])).stdout));
    // As after a run that was killed before its end.
    fs::remove_file(root.path().join("orouter.toml")).unwrap();
    let ran = run(init(root.path(), []));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""));
    assert!(ran.stderr.contains("--management"), "{}", ran.stderr);
    let listed = command(root.path(), ["keys", "list", "--all"]);
    assert_eq!(listed.stdout.lines().count(), 1, "{}", listed.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn a_key_that_cannot_be_printed_is_not_kept() {
    let root = tempfile::tempdir().unwrap();
    let mut full = init(root.path(), []);
    full.stdout(fs::File::options().write(true).open("/dev/full").unwrap());
    let ran = run(full);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("standard output"), "{}", ran.stderr);
    let names = files(root.path());
    assert!(
        names.iter().all(|name| name.starts_with("orouter.db")),
        "{names:?}"
    );
    let ran = run(init(root.path(), []));
    assert!(is_key(&ran.stdout), "{ran:?}");
    let listed = command(root.path(), ["keys", "list", "--all"]);
    assert_eq!(listed.stdout.lines().count(), 1, "{}", listed.stdout);
}

#[test]
fn failures_leave_no_configuration() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("file"), "").unwrap();
    fs::create_dir(root.path().join("broken")).unwrap();
    let garbage = "no database\n".repeat(1000);
    fs::write(root.path().join("broken/orouter.db"), garbage).unwrap();
    let url = "postgres://user:Zq8WmB41@127.0.0.1:9/orouter";
    for (arguments, status, word) in [
        (vec!["file"], 1, "cannot write file/orouter.toml"),
        (vec!["broken"], 1, "database"),
        (vec!["--database-url", url], 1, "does not answer"),
        (
            vec!["--database-url", "mysql://u:Zq8WmB41@h/x"],
            2,
            "postgres://",
        ),
        (
            vec!["--database-url", "u:Zq8WmB41@h"],
            2,
            "--database-url must begin",
        ),
        (
            vec!["--database-url", "sqlite:"],
            2,
            "--database-url must name a file",
        ),
        (
            vec!["--database-env", "OROUTER_TEST_UNSET"],
            2,
            "is not set",
        ),
        (
            vec!["--database-env", "a b"],
            2,
            "--database-env: must be the name",
        ),
        (
            vec!["--database-env", "X", "--database-url", "x"],
            2,
            "--database",
        ),
        (vec![""], 2, "path of a file"),
    ] {
        let mut command = init(root.path(), []);
        command.args(&arguments);
        let ran = run(command);
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(status), ""),
            "{ran:?}"
        );
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("Zq8WmB41"), "{}", ran.stderr);
    }
    assert_eq!(files(root.path()), ["broken", "file"]);
    assert_eq!(files(&root.path().join("broken")), ["orouter.db"]);
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    // A database that accepts connections and does not answer.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let root = tempfile::tempdir().unwrap();
    let url = format!("postgres://u@{}/x", silent.local_addr().unwrap());
    let child = init(root.path(), ["--database-url", &url]).spawn().unwrap();
    let _connection = silent.accept().unwrap();
    // The command may begin to wait for Ctrl-C after it has connected.
    std::thread::sleep(Duration::from_millis(100));
    signal("INT", child.id());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(130), ""),
        "{ran:?}"
    );
    assert!(files(root.path()).is_empty());
    assert!(is_key(&run(init(root.path(), [])).stdout));
}

#[test]
fn the_database_can_have_another_place() {
    let root = tempfile::tempdir().unwrap();
    let ran = run(init(
        root.path(),
        ["etc", "--database-url", "sqlite:../data/x.db"],
    ));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(mode(&root.path().join("data")), 0o700);
    assert_eq!(mode(&root.path().join("data/x.db")), 0o600);
    let text = fs::read_to_string(root.path().join("etc/orouter.toml")).unwrap();
    assert!(text.contains("\nurl = \"sqlite:../data/x.db\"\n"), "{text}");
    let listed = command(root.path(), ["keys", "list", "-c", "etc/orouter.toml"]);
    assert_eq!(listed.stdout.lines().count(), 1, "{listed:?}");

    let root = tempfile::tempdir().unwrap();
    let mut named = init(root.path(), ["--database-env", "OROUTER_TEST_DATABASE"]);
    named.env("OROUTER_TEST_DATABASE", "sqlite:named.db");
    let ran = run(named);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let text = fs::read_to_string(root.path().join("orouter.toml")).unwrap();
    assert!(
        text.contains("\nurl = { env = \"OROUTER_TEST_DATABASE\" }\n"),
        "{text}"
    );
    assert!(root.path().join("named.db").exists());
    let unset = command(root.path(), ["keys", "list"]);
    assert_eq!(unset.status, Some(2));
    assert!(unset.stderr.contains("OROUTER_TEST_DATABASE"), "{unset:?}");
}

#[test]
fn serve_uses_the_new_configuration_and_requires_keys() {
    if !embedded::available() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let management = run(init(root.path(), [])).stdout;
    let mut serve = orouter(["serve", "--listen", "127.0.0.1:0"]);
    serve.current_dir(root.path());
    let server = Server::start(serve);
    let created = command(root.path(), ["keys", "create", "app"]);
    let key = created.stdout.trim();
    server.expect(key, 200);
    assert_eq!(server.status("sk-or-v1-unknown"), 401);
    let body = r#"{"model": "local", "input": "What is the capital of France?"}"#;
    let (status, text) = server.request("POST", "/api/v1/responses", key, body);
    assert_eq!(status, 200, "{text}\n{}", server.log());
    let response: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(response["usage"]["cost"].as_f64().unwrap() > 0.0, "{text}");
    let (status, text) = server.request("POST", "/api/v1/responses", management.trim(), body);
    assert_eq!(status, 403, "{text}");
    let log = server.log();
    assert!(log.contains("configuration: orouter.toml"), "{log}");
    assert!(
        !log.contains(key) && !log.contains(management.trim()),
        "{log}"
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn check_reads_the_file_of_the_current_folder() {
    let root = tempfile::tempdir().unwrap();
    let none = command(root.path(), ["check"]);
    assert_eq!(none.status, Some(2));
    assert!(none.stderr.contains("add FILE"), "{}", none.stderr);
    fs::write(root.path().join("orouter.toml"), "[server]\ncolor = 1\n").unwrap();
    for arguments in [&["check"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let mut command = orouter([]);
        command.args(arguments).current_dir(root.path());
        let ran = run(command);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.starts_with("orouter.toml:2:1: "), "{ran:?}");
    }
}
