//! Secrets are read and never shown: not in messages, not in `Debug`.

use std::fs;

use orouter_server::config::{Config, Secret};

use crate::mistakes::provider;

const KEY: &str = "sk-or-v1-Zq8WmB41xQ7hR2nT";

/// Reads a provider with this `api_key` from a folder with files.
fn with_key(folder: &std::path::Path, key: &str) -> Result<Config, String> {
    let text =
        format!("[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://a\"\napi_key = {key}\n");
    let path = folder.join("orouter.toml");
    Config::from_toml(&text, path, |name| (name == "K").then(|| KEY.to_owned()))
        .map_err(|errors| format!("{errors}\n{errors:?}"))
}

#[test]
fn files_are_read_relative_to_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("plain", KEY.to_owned()),
        ("newline", format!("{KEY}\n")),
        ("windows", format!("{KEY}\r\n")),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
        let config = with_key(folder.path(), &format!("{{ file = \"{name}\" }}")).unwrap();
        assert_eq!(
            config.providers[0].api_key,
            Some(Secret::new(KEY)),
            "{name}"
        );
        assert!(!format!("{config:?}").contains(KEY));
    }
    let absolute = folder
        .path()
        .join("plain")
        .display()
        .to_string()
        .replace('\\', "/");
    assert!(
        with_key(
            std::path::Path::new("elsewhere"),
            &format!("{{ file = '{absolute}' }}")
        )
        .is_ok()
    );
}

#[test]
fn unusable_files_are_reported_without_content() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, word) in [
        ("empty", String::new(), "is empty"),
        ("blank", "\n".to_owned(), "is empty"),
        ("lines", format!("{KEY}\n{KEY}\n"), "line break"),
        ("two-newlines", format!("{KEY}\n\n"), "line break"),
        ("space", format!("{KEY} "), "white space"),
        ("nul", format!("{KEY}\0{KEY}"), "control character"),
        ("large", KEY.repeat(10_000), "larger than 64 KiB"),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
        let error = with_key(folder.path(), &format!("{{ file = \"{name}\" }}")).unwrap_err();
        assert!(
            error.contains(word) && error.contains(":4:20:"),
            "{name}: {error}"
        );
        assert!(!error.contains("Zq8WmB41"), "{error}");
    }
    fs::write(folder.path().join("latin1"), b"caf\xe9").unwrap();
    let error = with_key(folder.path(), "{ file = \"latin1\" }").unwrap_err();
    assert!(error.contains("not UTF-8"), "{error}");
    let error = with_key(folder.path(), "{ file = \".\" }").unwrap_err();
    assert!(error.contains("cannot be read"), "{error}");
}

#[test]
fn keys_in_the_wrong_place_are_not_shown() {
    let p = "[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://a\"\n";
    for text in [
        format!("{p}api_key = \"{KEY}\"\n"),
        format!("{p}api_key = {KEY}\n"),
        format!("{p}api_key = \"{KEY}\n"),
        format!("{p}api_key = [\"{KEY}\"]\n"),
        format!("{p}api_key = {{ env = \"{KEY}\" }}\n"),
        format!("{p}api_key = {{ file = \"{KEY}\" }}\n"),
        format!("{p}api_key = {{ key = \"{KEY}\" }}\n"),
        format!("{p}api_key = {{ env = \"K\", key = \"{KEY}\" }}\n"),
        format!("{p}headers = {{ authorization = \"Bearer {KEY}\" }}\n"),
        format!("{p}headers = {{ x-a = \"{KEY}\\n\" }}\n"),
        format!("{p}headers = \"{KEY}\"\n"),
        format!("{p}token = \"{KEY}\"\n"),
        format!("{p}models = \"{KEY}\"\n"),
        format!("{p}timeouts = {{ idle = \"{KEY}\" }}\n"),
        format!("[providers.p]\nprotocol = \"{KEY}\"\nbase_url = \"http://a\"\n"),
        format!("[providers.p]\nprotocol = \"chat\"\nbase_url = \"https://{KEY}@a/v1\"\n"),
        format!("[providers.p]\nprotocol = \"chat\"\nbase_url = \"https://a/v1?key={KEY}\"\n"),
        format!("[providers.p]\nprotocol = \"chat\"\nbase_url = \"{KEY}\"\n"),
        format!("[[keys]]\nname = \"a\"\nkey = \"{KEY}\"\n"),
        format!("[[keys]]\nname = \"a\"\nhash = \"{KEY}\"\n"),
        format!("[[keys]]\nname = \"a\"\nhash = \"sha256:{KEY}\"\n"),
        format!("[[keys]]\nname = \"a\"\nkey = {{ env = \"{KEY}\" }}\n"),
        format!("[store]\nurl = \"mysql://me:{KEY}@db\"\n"),
        format!("[store]\nurl = 7\npassword = \"{KEY}\"\n"),
        format!("[log]\nlevel = \"{KEY}\"\n"),
        format!("[server]\nlisten = \"{KEY}\"\n"),
    ] {
        let result = Config::from_toml(&text, "orouter.toml", |_| None);
        let errors = result.expect_err(&text);
        let shown = format!("{errors}\n{errors:?}");
        assert!(!shown.contains("Zq8WmB41"), "{text}\n{shown}");
    }
}

#[test]
fn unusable_secrets_have_a_place() {
    provider(
        "api_key = ¦\"hunter2\"",
        "must not be written into the file",
    );
    provider("api_key = ¦{}", "is empty");
    provider(
        "api_key = ¦{ env = \"KEY\", file = \"x\" }",
        "both env and file",
    );
    provider(
        "api_key = { env = ¦\"UNSET\" }",
        "the variable \"UNSET\" is not set",
    );
    provider("api_key = { env = ¦\"EMPTY\" }", "is empty");
    provider("api_key = { env = ¦\"BROKEN\" }", "line break");
    provider("api_key = { env = ¦\"PADDED\" }", "white space");
    provider(
        "api_key = ¦{ env = \"UMLAUT\" }",
        "an HTTP header cannot have",
    );
    provider(
        "api_key = { env = ¦\"hunter2-x\" }",
        "the name of an environment variable",
    );
    provider(
        "api_key = { env = ¦\"$KEY\" }",
        "the name of an environment variable",
    );
    provider("api_key = { env = ¦1 }", "must be a string");
    provider("api_key = { file = ¦\"does/not/exist\" }", "cannot be read");
    provider("api_key = { file = ¦\"\" }", "is empty");
}
