//! `orouter config`, and the values of the configuration file in `send` and `chat`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::path::Path;
use std::process::Command;

use support::scripted::{self, Server, json};
use support::{Ran, orouter, run, run_with_input};

/// Returns the command with a directory for its configuration.
fn with_config<const N: usize>(directory: &Path, arguments: [&str; N]) -> Command {
    let mut command = orouter(arguments);
    command.env("OROUTER_CONFIG_DIR", directory);
    command
}

fn config<const N: usize>(directory: &Path, arguments: [&str; N]) -> Ran {
    run(with_config(directory, arguments))
}

fn succeeds<const N: usize>(directory: &Path, arguments: [&str; N]) -> String {
    let ran = config(directory, arguments);
    assert_eq!(ran.status, Some(0), "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn values_are_set_shown_and_removed() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("new/orouter");
    let path = directory.join("config.toml");
    assert_eq!(
        succeeds(&directory, ["config", "path"]),
        format!("{}\n", path.display())
    );
    assert!(!directory.exists(), "`path` creates nothing");

    succeeds(&directory, ["config", "set", "model", "fast"]);
    succeeds(&directory, ["config", "set", "temperature", "0.5"]);
    succeeds(
        &directory,
        ["config", "set", "aliases.fast", "openai/gpt-4o-mini"],
    );
    assert_eq!(
        succeeds(&directory, ["config", "get", "temperature"]),
        "0.5\n"
    );
    assert_eq!(
        succeeds(&directory, ["config", "get", "aliases.fast"]),
        "openai/gpt-4o-mini\n"
    );
    assert_eq!(
        succeeds(&directory, ["config", "list"]),
        "model = \"fast\"\ntemperature = 0.5\naliases.fast = \"openai/gpt-4o-mini\"\n"
    );
    succeeds(&directory, ["config", "unset", "temperature"]);
    for arguments in [
        ["config", "get", "temperature"],
        ["config", "unset", "temperature"],
    ] {
        let ran = config(&directory, arguments);
        assert_eq!(ran.status, Some(1), "{arguments:?}");
        assert!(
            ran.stderr.contains("temperature is not set in "),
            "{}",
            ran.stderr
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&directory), mode(&path)), (0o700, 0o600));
    }
}

#[test]
fn unusable_keys_and_values_are_refused() {
    let root = tempfile::tempdir().unwrap();
    for (key, value, expected) in [
        (
            "modle",
            "a",
            "unknown key \"modle\"; did you mean \"model\"?",
        ),
        ("temperature", "hot", "temperature: must be a number"),
        (
            "base_url",
            "localhost:8080",
            "base_url: must start with http://",
        ),
        ("seed", "1.5", "seed: must be an integer"),
        ("aliases", "a", "as in aliases.fast"),
    ] {
        let ran = config(root.path(), ["config", "set", key, value]);
        assert_eq!(ran.status, Some(2), "{key}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    assert!(!root.path().join("config.toml").exists());
}

#[test]
fn every_mistake_is_reported_with_its_place() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("config.toml");
    std::fs::write(&path, "modle = \"a\"\nusage = \"yes\"\n").unwrap();
    for arguments in [
        ["send", "hi"],
        ["chat", "--local"],
        ["models", "--json"],
        ["login", "--status"],
    ] {
        let ran = config(root.path(), arguments);
        assert_eq!(ran.status, Some(2), "{arguments:?}");
        let expected = format!(
            "{path}:1:1: modle: unknown key; did you mean \"model\"?\n{path}:2:9: usage: must be true or false, not a string\n",
            path = path.display()
        );
        assert_eq!(ran.stderr, expected, "{arguments:?}");
    }
    // Commands that do not use the file are not affected.
    succeeds(root.path(), ["completions", "bash"]);
    // The mistakes can be corrected.
    succeeds(root.path(), ["config", "unset", "modle"]);
    succeeds(root.path(), ["config", "set", "usage", "true"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "usage = true\n");

    std::fs::write(&path, "model = \"a").unwrap();
    let ran = config(root.path(), ["config", "set", "usage", "true"]);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr.starts_with(&format!("{}:1:", path.display())),
        "{}",
        ran.stderr
    );
}

#[test]
fn options_override_variables_and_variables_override_the_file() {
    let root = tempfile::tempdir().unwrap();
    let response = scripted::response("completed", "hello");
    let server = Server::start((0..4).map(|_| json(200, &response)));
    std::fs::write(
        root.path().join("config.toml"),
        format!(
            "model = \"fast\"\nbase_url = \"{}\"\ninstructions = \"Be brief.\"\ntemperature = 0.5\n             max_output_tokens = 7\nseed = -3\nusage = true\n[aliases]\nfast = \"a/file\"\nslow = \"b/slow\"\n",
            server.url
        ),
    )
    .unwrap();
    let send = |more: &[&str], variable: Option<&str>| {
        let mut command = with_config(root.path(), ["send", "hi", "--no-stream"]);
        command.args(more);
        if let Some(model) = variable {
            command.env("OROUTER_MODEL", model);
        }
        let ran = run(command);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        (ran.stderr, server.request().body)
    };
    let (stderr, body) = send(&[], None);
    assert_eq!(body["model"], "a/file");
    assert_eq!(body["instructions"], "Be brief.");
    assert_eq!(body["temperature"], 0.5);
    assert_eq!(body["max_output_tokens"], 7);
    assert_eq!(body["seed"], -3);
    assert!(stderr.contains('7'), "the usage is printed: {stderr}");

    let (_, body) = send(&[], Some("slow"));
    assert_eq!(body["model"], "b/slow", "an alias in the variable");
    let (_, body) = send(&["-m", "fast"], Some("c/variable"));
    assert_eq!(body["model"], "a/file", "an alias in the option");
    let (stderr, body) = send(
        &[
            "-m",
            "d/e",
            "--instructions",
            "Sing.",
            "--temperature",
            "1",
            "--seed",
            "-4",
            "--no-usage",
        ],
        None,
    );
    assert_eq!(body["model"], "d/e");
    assert_eq!(body["instructions"], "Sing.");
    assert_eq!(body["temperature"], 1.0);
    assert_eq!(body["seed"], -4);
    assert_eq!(stderr, "");
}

#[test]
fn chat_uses_the_file_too() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start([scripted::stream(&scripted::frames("completed", &["hello"]))]);
    succeeds(root.path(), ["config", "set", "base_url", &server.url]);
    succeeds(root.path(), ["config", "set", "model", "a/b"]);
    let ran = run_with_input(with_config(root.path(), ["chat"]), b"hi\n");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(server.request().body["model"], "a/b");
}

#[test]
fn the_model_of_the_file_gives_way_to_local() {
    let root = tempfile::tempdir().unwrap();
    succeeds(root.path(), ["config", "set", "model", "openai/gpt-4o"]);
    // Without a key, another model than the embedded one is refused before anything is sent.
    let ran = config(root.path(), ["send", "hi"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("orouter login"), "{}", ran.stderr);
    let ran = config(
        root.path(),
        ["send", "hi", "--model-path", "/does/not/exist"],
    );
    assert_eq!(ran.status, Some(4), "{}", ran.stderr);
}

#[test]
fn an_unusable_directory_names_its_variable() {
    let mut command = orouter(["config", "path"]);
    command.env("OROUTER_CONFIG_DIR", "relative");
    let ran = run(command);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr
            .contains("OROUTER_CONFIG_DIR is not an absolute path"),
        "{}",
        ran.stderr
    );
}

#[cfg(unix)]
#[test]
fn the_editor_s_text_is_checked() {
    let root = tempfile::tempdir().unwrap();
    let editor = root.path().join("editor");
    std::fs::write(&editor, "#!/bin/sh\necho \"$1\" >> \"$2\"\n").unwrap();
    let edit = |line: &str| {
        let mut command = with_config(root.path(), ["config", "edit"]);
        command
            .env_remove("VISUAL")
            .env("EDITOR", format!("sh {} {line}", editor.display()));
        run(command)
    };
    let ran = edit("model='a/b'");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(succeeds(root.path(), ["config", "get", "model"]), "a/b\n");
    let text = std::fs::read_to_string(root.path().join("config.toml")).unwrap();
    assert!(
        text.contains("# base_url"),
        "the new file describes the keys: {text}"
    );
    let ran = edit("usage=5");
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr
            .contains("usage: must be true or false, not an integer"),
        "{}",
        ran.stderr
    );
}
