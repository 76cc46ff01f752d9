//! `orouter keys`: unusable values, configurations and databases.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;

use support::accounts::{CONFIG, Folder};
use support::{orouter, refused_usage, run};

#[test]
fn unusable_values_name_the_option() {
    let folder = Folder::new();
    folder.key("ci");
    let long = "x".repeat(257);
    for (arguments, word) in [
        (&["create", ""][..], "the name must have"),
        (&["create", &long], "the name must have"),
        (
            &["create", "x", "--limit", "-1"],
            "--limit must be at least 0",
        ),
        (&["create", "x", "--limit", "1000000"], "--limit must be"),
        (&["create", "x", "--limit", "1e3"], "--limit <USD>"),
        (
            &["create", "x", "--limit", "0.0000000001"],
            "9 decimal places",
        ),
        (&["create", "x", "--limit-reset", "daily"], "--limit <USD>"),
        (
            &["create", "x", "--limit", "1", "--limit-reset", "yearly"],
            "monthly",
        ),
        (&["create", "x", "--expires", "tomorrow"], "30d"),
        (
            &["create", "x", "--expires", "2020-01-01"],
            "--expires is in the past",
        ),
        (
            &["create", "x", "--allow-model", ""],
            "--allow-model must have",
        ),
        (
            &["create", "x", "--allow-provider", ""],
            "--allow-provider must have",
        ),
        (&["create", "x", "--creator", ""], "--creator must have"),
        (
            &["create", "x", "--requests-per-minute", "1.5"],
            "--requests-per-minute",
        ),
        (&["update", "ci"], "no value to change"),
        (
            &["update", "ci", "--limit", "1", "--no-limit"],
            "--no-limit",
        ),
        (&["update", "ci", "--name", ""], "the name must have"),
    ] {
        let mut command = folder.command(["keys"]);
        command.args(arguments);
        let ran = refused_usage(command);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
        for internal in ["StoreError", "allowed_models", "creator_user_id", "member"] {
            assert!(!ran.stderr.contains(internal), "{}", ran.stderr);
        }
    }
    assert_eq!(folder.output(["keys", "list", "--all"]).lines().count(), 2);
}

#[test]
fn unusable_databases_are_reported() {
    let folder = Folder::new();
    let path = folder.path("orouter.toml");
    let list = || folder.run(["keys", "list"]);
    for (config, status, word) in [
        ("[server]\n", 2, "add [store]"),
        (
            "[store]\nurl = \"mysql:x\"\n",
            2,
            "orouter.toml:2:7: store.url",
        ),
        ("[store\n", 2, "orouter.toml:1:"),
        (
            "[store]\nurl = \"sqlite:other.db\"\n",
            1,
            "other.db does not exist",
        ),
        (
            "[store]\nurl = \"postgres://u:Zq8WmB41@127.0.0.1:9/x\"\n",
            1,
            "does not answer",
        ),
        // The secrets of other sections need not exist.
        (
            "[store]\nurl = \"sqlite:orouter.db\"\n[[keys]]\nname = \"a\"\nkey = { env = \"OROUTER_TEST_UNSET\" }\n",
            0,
            "",
        ),
    ] {
        fs::write(&path, config).unwrap();
        let ran = list();
        assert_eq!(ran.status, Some(status), "{config}: {ran:?}");
        assert!(ran.stderr.contains(word), "{config}: {}", ran.stderr);
        assert!(!ran.stderr.contains("Zq8WmB41"), "{}", ran.stderr);
    }
    fs::write(&path, CONFIG).unwrap();
    let database = rusqlite::Connection::open(folder.path("orouter.db")).unwrap();
    let sql = "INSERT INTO schema_versions VALUES (1000, 0)";
    database.execute(sql, []).unwrap();
    let ran = list();
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("schema version 1000"), "{}", ran.stderr);
    fs::write(folder.path("orouter.db"), "no database\n".repeat(1000)).unwrap();
    assert_eq!(list().status, Some(1));

    fs::remove_file(&path).unwrap();
    let ran = list();
    assert_eq!(ran.status, Some(2));
    for word in ["--config", "OROUTER_CONFIG", "orouter init"] {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
}

#[test]
fn the_configuration_comes_from_an_option_or_a_variable() {
    let folder = Folder::new();
    let path = folder.path("orouter.toml");
    let path = path.to_str().unwrap();
    for mut command in [
        orouter(["keys", "list", "--config", path]),
        orouter(["keys", "--config", path, "list"]),
        orouter(["keys", "list"]),
    ] {
        command.env("OROUTER_CONFIG", path);
        let ran = run(command);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
    }
}
