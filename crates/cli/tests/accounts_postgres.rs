//! The commands of accounts with PostgreSQL: the password is in no file and no message, and a running
//! server notices changes.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;

use orouter_store::testing::PostgresServer;
use support::accounts::{CONFIG, Server};
use support::{orouter, run};

#[test]
fn the_file_refers_to_a_variable() {
    let Some(mut postgres) = PostgresServer::start().unwrap() else {
        return;
    };
    let url = postgres
        .url("postgres")
        .replace("postgres@", "postgres:Zq8WmB41@");
    let root = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = orouter([]);
        command.args(arguments).current_dir(root.path());
        command
    };
    let ran = run(command(&["init", "--database-url", &url]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("sk-or-v1-"), "{ran:?}");
    assert!(ran.stderr.contains("DATABASE_URL"), "{}", ran.stderr);
    let path = root.path().join("orouter.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("\nurl = { env = \"DATABASE_URL\" }\n"),
        "{text}"
    );
    let unset = run(command(&["keys", "list"]));
    assert_eq!(unset.status, Some(2));
    assert!(unset.stderr.contains("DATABASE_URL"), "{}", unset.stderr);

    let config = CONFIG.replace("\"sqlite:orouter.db\"", "{ env = \"DATABASE_URL\" }");
    fs::write(&path, config).unwrap();
    let command = |arguments: &[&str]| {
        let mut command = command(arguments);
        command.env("DATABASE_URL", &url);
        command
    };
    let server = Server::start(command(&["serve", "--listen", "127.0.0.1:0"]));
    let key = run(command(&["keys", "create", "app"])).stdout;
    server.expect(key.trim(), 200);
    assert_eq!(run(command(&["keys", "disable", "app"])).status, Some(0));
    server.expect(key.trim(), 401);
    let added = run(command(&["credits", "add", "1.5", "--id", "a"]));
    assert!(added.stdout.contains("balance   1.5 USD"), "{added:?}");
    let exported = run(command(&["records", "export"]));
    assert_eq!(exported.stdout.lines().count(), 1, "{exported:?}");
    assert_eq!(server.stop(), Some(0));

    // The database has keys, so another folder gets no management key.
    let other = run(command(&[
        "init",
        "other",
        "--database-env",
        "DATABASE_URL",
    ]));
    assert_eq!(
        (other.status, other.stdout.as_str()),
        (Some(0), ""),
        "{other:?}"
    );

    postgres.stop().unwrap();
    let down = run(command(&["credits", "add", "1", "--id", "a"]));
    assert_eq!(
        (down.status, down.stdout.as_str()),
        (Some(1), ""),
        "{down:?}"
    );
    assert!(down.stderr.contains("does not answer"), "{}", down.stderr);
    for ran in [ran, unset, added, other, down] {
        assert!(!ran.stderr.contains("Zq8WmB41"), "{}", ran.stderr);
    }
}
