//! Files that cannot be read, and the catalog that a configuration names.

use std::fs;
use std::path::Path;

use orouter_server::config::Config;

fn load(folder: &Path, content: &[u8]) -> Result<Config, String> {
    let path = folder.join("orouter.toml");
    fs::write(&path, content).unwrap();
    Config::load(&path).map_err(|errors| errors.to_string())
}

#[test]
fn unreadable_files_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Config::load(folder.path().join("missing.toml")).unwrap_err();
    assert!(
        missing.to_string().contains("missing.toml: cannot be read"),
        "{missing}"
    );
    assert!(Config::load(folder.path()).is_err());
    for (content, word) in [
        (&b"# caf\xe9\n"[..], "orouter.toml:1:6: is not UTF-8"),
        (b"\xff\xfe#\0", "UTF-16"),
    ] {
        let error = load(folder.path(), content).unwrap_err();
        assert!(error.contains(word), "{error}");
    }
    let large = "#".repeat((4 << 20) + 1);
    let error = load(folder.path(), large.as_bytes()).unwrap_err();
    assert!(error.contains("larger than 4 MiB"), "{error}");
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(load(folder.path(), deep.as_bytes()).is_err());
}

#[test]
fn the_store_is_read_without_other_sections() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orouter.toml");
    let store = |content: &str| {
        fs::write(&path, content).unwrap();
        Config::load_store(&path).map_err(|errors| errors.to_string())
    };
    let others = "[[keys]]\nname = \"ci\"\nkey = { env = \"OROUTER_TEST_UNSET\" }\n[unknown]\n";
    let read = store(&format!("[store]\nurl = \"sqlite:a.db\"\n{others}"));
    let read = read.unwrap().unwrap();
    let url = format!("sqlite:{}", folder.path().join("a.db").display());
    assert_eq!(read.url.expose(), url);
    assert_eq!(store(others), Ok(None));
    for (content, word) in [
        (
            "[store]\nurl = \"mysql:x\"\n",
            "orouter.toml:2:7: store.url",
        ),
        ("[store]\nurl = \"sqlite:a.db\"\nurls = 1\n", "urls"),
        ("[store\n", "orouter.toml:1:"),
    ] {
        let error = store(content).unwrap_err();
        assert!(error.contains(word), "{error}");
    }
    fs::remove_file(&path).unwrap();
    let missing = Config::load_store(&path).unwrap_err().to_string();
    assert!(missing.contains("cannot be read"), "{missing}");
}

#[test]
fn the_catalog_is_read_relative_to_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let list = r#"{"data": [{"id": "openai/gpt-4o", "context_length": 128000,
        "pricing": {"prompt": "0.0000025", "completion": "0.00001"}}, {"id": 7}]}"#;
    fs::write(folder.path().join("models.json"), list).unwrap();
    let config = load(folder.path(), b"catalog = \"models.json\"\n").unwrap();
    assert_eq!(config.imported.len(), 1);
    assert_eq!(config.imported[0].context_length, Some(128_000));
    assert_eq!(config.warnings.len(), 1);
    let warning = config.warnings[0].to_string();
    assert!(
        warning.contains("1:11: catalog: \"models.json\": data[1]"),
        "{warning}"
    );
}

#[test]
fn unusable_catalogs_are_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    for (content, word) in [
        (&b""[..], "not JSON"),
        (b"{\n  \"data\": [}", "not JSON: unexpected text at 2:"),
        (
            b"{\"data\": [\n",
            "not JSON: the text ends too early at 2:1",
        ),
        (b"[]", "not a list of models"),
        (b"{\"data\": 1}", "not a list of models"),
        (b"\xff", "not UTF-8"),
    ] {
        fs::write(folder.path().join("models.json"), content).unwrap();
        let error = load(folder.path(), b"catalog = \"models.json\"\n").unwrap_err();
        assert!(
            error.contains("orouter.toml:1:11: catalog") && error.contains(word),
            "{error}"
        );
    }
    for (line, word) in [
        ("catalog = \"missing.json\"", "orouter catalog import"),
        ("catalog = \".\"", "cannot be read"),
        ("catalog = \"\"", "is empty"),
        ("catalog = 1", "must be a string"),
    ] {
        let error = load(folder.path(), line.as_bytes()).unwrap_err();
        assert!(error.contains(word), "{error}");
    }
}
