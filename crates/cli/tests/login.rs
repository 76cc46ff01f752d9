//! `orouter login` and `logout`: keys are stored for one server, used for it only, and never shown.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::path::Path;
use std::process::Command;

use support::scripted::{self, Script, Server, json};
use support::{Ran, orouter, run, run_with_input};

const KEY: &str = "sk-or-v1-secret0123456789";

fn with_config<const N: usize>(directory: &Path, arguments: [&str; N]) -> Command {
    let mut command = orouter(arguments);
    command.env("OROUTER_CONFIG_DIR", directory);
    command
}

/// Checks that the output does not contain the key or a part of it.
fn hides_the_key(ran: &Ran) {
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains("secret") && !text.contains("6789"), "{text}");
    }
}

fn login<const N: usize>(directory: &Path, arguments: [&str; N]) -> Ran {
    let mut command = with_config(directory, ["login", "--key-stdin"]);
    command.args(arguments);
    let ran = run_with_input(command, format!("{KEY}\n").as_bytes());
    hides_the_key(&ran);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    ran
}

fn status<const N: usize>(directory: &Path, arguments: [&str; N]) -> Ran {
    let mut command = with_config(directory, ["login", "--status"]);
    command.args(arguments);
    let ran = run(command);
    hides_the_key(&ran);
    ran
}

fn responses(count: usize) -> Vec<Script> {
    let response = scripted::response("completed", "hello");
    (0..count).map(|_| json(200, &response)).collect()
}

#[test]
fn a_stored_key_is_sent_to_its_server_only() {
    let root = tempfile::tempdir().unwrap();
    let own = Server::start(responses(3));
    let other = Server::start(responses(1));
    let stored = login(root.path(), ["--base-url", &own.url]);
    assert!(stored.stderr.contains(&own.url), "{}", stored.stderr);

    let send = |url: &str| {
        let ran = run(with_config(
            root.path(),
            ["send", "hi", "--no-stream", "--base-url", url],
        ));
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    };
    let bearer = format!("authorization: bearer {KEY}");
    send(&own.url);
    assert!(own.request().head.contains(&bearer));
    send(&format!("{}/", own.url));
    assert!(own.request().head.contains(&bearer));
    send(&other.url);
    assert!(!other.request().head.contains("authorization"));

    // A variable overrides the stored key.
    let mut command = with_config(
        root.path(),
        ["send", "hi", "--no-stream", "--base-url", &own.url],
    );
    command.env("OPENROUTER_API_KEY", "sk-variable");
    assert_eq!(run(command).status, Some(0));
    assert!(
        own.request()
            .head
            .contains("authorization: bearer sk-variable")
    );
}

#[test]
fn a_redirect_does_not_pass_the_key_on() {
    let root = tempfile::tempdir().unwrap();
    let other = Server::start(responses(1));
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}/responses\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.url
    );
    let own = Server::start([Script::Bytes(redirect)]);
    login(root.path(), ["--base-url", &own.url]);
    let ran = run(with_config(
        root.path(),
        ["send", "hi", "--no-stream", "--base-url", &own.url],
    ));
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("--base-url"), "{}", ran.stderr);
    hides_the_key(&ran);
}

#[test]
fn the_status_names_the_source_of_the_key() {
    let root = tempfile::tempdir().unwrap();
    let hosted = "https://openrouter.ai/api/v1";
    let ran = status(root.path(), []);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.stderr.contains("no key; `orouter login` stores one"),
        "{}",
        ran.stderr
    );

    login(root.path(), []);
    login(root.path(), ["--base-url", "http://127.0.0.1:9/v1"]);
    let path = root.path().join("credentials.toml");
    let ran = status(root.path(), []);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        format!(
            "{hosted}: key stored in {path}\nhttp://127.0.0.1:9/v1: key stored in {path}\n",
            path = path.display()
        )
    );
    let mut command = with_config(root.path(), ["login", "--status"]);
    command.env("OPENROUTER_API_KEY", KEY);
    let ran = run(command);
    hides_the_key(&ran);
    assert!(
        ran.stdout.starts_with(&format!(
            "{hosted}: key from the variable OPENROUTER_API_KEY\n"
        )),
        "{}",
        ran.stdout
    );
    let ran = status(root.path(), ["--base-url", "http://a.example"]);
    assert_eq!(ran.status, Some(1), "{}", ran.stdout);
}

#[test]
fn logout_removes_the_key() {
    let root = tempfile::tempdir().unwrap();
    login(root.path(), []);
    login(root.path(), ["--base-url", "http://127.0.0.1:9/v1"]);
    let logout = |more: &[&str]| {
        let mut command = with_config(root.path(), ["logout"]);
        command.args(more);
        run(command)
    };
    assert_eq!(logout(&[]).status, Some(0));
    let ran = logout(&[]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.stderr
            .contains("no key is stored for https://openrouter.ai/api/v1"),
        "{}",
        ran.stderr
    );
    assert_eq!(logout(&["--all"]).status, Some(0));
    assert!(!root.path().join("credentials.toml").exists());
    assert_eq!(logout(&["--all"]).status, Some(1));
}

#[test]
fn unusable_keys_are_refused_and_not_shown() {
    let root = tempfile::tempdir().unwrap();
    for input in [
        "",
        "\n",
        "sk-secret two",
        "sk-secret\nsk-secret",
        "sk-secret\u{e9}",
    ] {
        let ran = run_with_input(
            with_config(root.path(), ["login", "--key-stdin"]),
            input.as_bytes(),
        );
        assert_eq!(ran.status, Some(2), "{input:?}");
        assert!(ran.stderr.contains("nothing is stored"), "{}", ran.stderr);
        hides_the_key(&ran);
    }
    let ran = run(with_config(root.path(), ["login"]));
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("--key-stdin"), "{}", ran.stderr);
    assert!(!root.path().join("credentials.toml").exists());
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let root = tempfile::tempdir().unwrap();
    let server = Server::start(responses(2));
    login(root.path(), ["--base-url", &server.url]);
    let path = root.path().join("credentials.toml");
    let mode = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    mode(0o644);
    let send = ["send", "hi", "--no-stream", "--base-url", &server.url];
    for ran in [
        run(with_config(root.path(), send)),
        status(root.path(), ["--base-url", &server.url]),
    ] {
        assert_eq!(ran.status, Some(2), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("0644") && ran.stderr.contains("chmod 600"),
            "{}",
            ran.stderr
        );
    }
    // With a key in the variable, the file is not needed.
    let mut command = with_config(root.path(), send);
    command.env("OPENROUTER_API_KEY", "k");
    assert_eq!(run(command).status, Some(0));
    mode(0o600);
    assert_eq!(run(with_config(root.path(), send)).status, Some(0));
}

#[cfg(unix)]
#[test]
fn a_command_can_print_the_key() {
    let root = tempfile::tempdir().unwrap();
    let own = Server::start(responses(2));
    let other = Server::start(responses(1));
    std::fs::write(
        root.path().join("config.toml"),
        format!(
            "base_url = \"{}\"\nkey_command = \"printf '{KEY}\\nuser: me\\n'\"\n",
            own.url
        ),
    )
    .unwrap();
    // The command does not read the prompt.
    let ran = run_with_input(with_config(root.path(), ["send", "--no-stream"]), b"hi\n");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let request = own.request();
    assert!(
        request
            .head
            .contains(&format!("authorization: bearer {KEY}"))
    );
    assert!(request.body.to_string().contains("hi"));
    let ran = run(with_config(
        root.path(),
        ["send", "hi", "--no-stream", "--base-url", &other.url],
    ));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(!other.request().head.contains("authorization"));
    let ran = status(root.path(), []);
    assert!(
        ran.stdout.contains("key from key_command in "),
        "{}",
        ran.stdout
    );
    // A stored key gives way to the command, and `login` says so.
    let ran = login(root.path(), []);
    assert!(
        ran.stderr.contains("overrides the stored key"),
        "{}",
        ran.stderr
    );

    std::fs::write(
        root.path().join("config.toml"),
        "key_command = \"exit 3\"\n",
    )
    .unwrap();
    let ran = run(with_config(root.path(), ["send", "hi"]));
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr
            .contains("key_command failed with exit status: 3"),
        "{}",
        ran.stderr
    );
}
