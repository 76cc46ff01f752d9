//! `orouter credits`: exact amounts, added once for each id, and noticed by a running server.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::{Value, json};
use support::accounts::Folder;
use support::refused_usage;

#[test]
fn amounts_are_exact_and_added_once() {
    let folder = Folder::new();
    let shown = folder.output(["credits", "show"]);
    assert!(shown.contains("no limit"), "{shown}");
    let data = folder.data(["credits", "show", "--json"]);
    assert_eq!(data["total_credits"], Value::Null);
    assert_eq!(data["total_usage"], 0.0);

    let ran = folder.run([
        "credits",
        "add",
        "25.000000001",
        "--id",
        "invoice 7",
        "--note",
        "May",
    ]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("25.000000001 USD"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("limited by its credits from now on"),
        "{}",
        ran.stderr
    );
    let again = folder.run(["credits", "add", "25.000000001", "--id", "invoice 7"]);
    assert_eq!(again.status, Some(0));
    assert!(
        again.stderr.contains("nothing is added"),
        "{}",
        again.stderr
    );
    assert!(
        again.stdout.contains("balance   25.000000001 USD"),
        "{}",
        again.stdout
    );

    // Without an id, each call adds.
    for _ in 0..2 {
        folder.output(["credits", "add", "0.1"]);
    }
    let ran = folder.run(["credits", "add", "-5"]);
    assert!(
        ran.stdout.contains("balance   20.200000001 USD"),
        "{}",
        ran.stdout
    );
    let data = folder.data(["credits", "show", "--json"]);
    assert_eq!(
        data,
        json!({"workspace_id": "default", "total_credits": 20.200000001,
            "total_usage": 0.0, "balance": 20.200000001, "reserved": 0.0})
    );
}

#[test]
fn accounts_have_credits_of_their_own() {
    let folder = Folder::new();
    let ran = folder.run(["credits", "add", "5", "--account", "team"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(
        ran.stderr.contains("orouter accounts create team"),
        "{}",
        ran.stderr
    );
    folder.output(["accounts", "create", "team"]);
    folder.output(["credits", "add", "5", "--account", "team"]);
    let team = folder.data(["credits", "show", "--account", "team", "--json"]);
    assert_eq!(team["balance"], 5.0);
    let data = folder.data(["credits", "show", "--json"]);
    assert_eq!(data["total_credits"], Value::Null);
}

#[test]
fn unusable_values_name_the_option() {
    let folder = Folder::new();
    let long = "x".repeat(257);
    for (arguments, word) in [
        (&["add"][..], "AMOUNT"),
        (&["add", "ten"], "AMOUNT"),
        (&["add", "1e3"], "AMOUNT"),
        (&["add", "0.0000000001"], "9 decimal places"),
        (&["add", "2000000000"], "the amount must be"),
        (&["add", "1", "--id", ""], "--id must have"),
        (&["add", "1", "--note", &long], "--note must have"),
    ] {
        let mut command = folder.command(["credits"]);
        command.args(arguments);
        let ran = refused_usage(command);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
    }
    let data = folder.data(["credits", "show", "--json"]);
    assert_eq!(data["total_credits"], Value::Null);
}

#[test]
fn a_running_server_notices_credits() {
    let folder = Folder::new();
    let server = folder.serve();
    let key = folder.key("app");
    // The upstream does not exist.
    server.wait(502, || server.generate(&key).0);
    folder.output(["credits", "add", "0"]);
    server.wait(402, || server.generate(&key).0);
    folder.output(["credits", "add", "100"]);
    server.wait(502, || server.generate(&key).0);
    assert_eq!(server.stop(), Some(0));
}
