//! The documents agree with the code: examples are valid, and every member is described.

use std::fs;
use std::path::Path;

use orouter_server::config::Config;

use crate::mistakes::read;

const PAGE: &str = include_str!("../../../../docs/configuration.md");

/// Returns the blocks of TOML in a document.
fn blocks(document: &str) -> Vec<&str> {
    document
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

fn valid(text: &str, folder: &Path) -> Config {
    let variable = |name: &str| Some(format!("hunter2-{name}"));
    Config::from_toml(text, folder.join("orouter.toml"), variable)
        .unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

#[test]
fn examples_are_valid() {
    let blocks = blocks(PAGE);
    assert!(blocks.len() >= 2);
    for block in blocks {
        if cfg!(feature = "local") || !block.contains("\"local\"") {
            valid(block, Path::new(""));
        }
    }
}

#[test]
fn every_member_is_described() {
    let provider = "[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://a\"\n";
    let model = "[[models]]\nid = \"a/b\"\n";
    let endpoint = "[[models.endpoints]]\nprovider = \"p\"\n";
    let key = "[[keys]]\nname = \"a\"\nkey = { env = \"KEY\" }\n";
    let mut described = 0;
    for text in [
        "zzzzzzzzzz = 1\n".to_owned(),
        "[server]\nzzzzzzzzzz = 1\n".to_owned(),
        "[log]\nzzzzzzzzzz = 1\n".to_owned(),
        "[store]\nurl = \"sqlite:a\"\nzzzzzzzzzz = 1\n".to_owned(),
        "[records]\nzzzzzzzzzz = 1\n".to_owned(),
        format!("{key}zzzzzzzzzz = 1\n"),
        format!("{provider}zzzzzzzzzz = 1\n"),
        format!("{provider}timeouts = {{ zzzzzzzzzz = 1 }}\n"),
        format!("{provider}api_key = {{ zzzzzzzzzz = 1 }}\n"),
        format!("{provider}{model}zzzzzzzzzz = 1\n{endpoint}"),
        format!("{provider}{model}{endpoint}zzzzzzzzzz = 1\n"),
        format!(
            "{provider}{model}{endpoint}price = {{ prompt = 1, completion = 1, zzzzzzzzzz = 1 }}\n"
        ),
    ] {
        let errors = read(&text).unwrap_err().to_string();
        let (_, known) = errors.split_once("known: ").expect(&errors);
        for name in known.split(", ") {
            let name = name.trim();
            let forms = [
                format!("`{name}`"),
                format!(".{name}`"),
                format!("[{name}]"),
                format!("[{name}."),
                format!(".{name}]"),
                format!("{{ {name} ="),
            ];
            assert!(
                forms.iter().any(|form| PAGE.contains(form)),
                "`{name}` is not described"
            );
            described += 1;
        }
    }
    assert!(described > 60, "{described}");
}

#[test]
fn the_file_of_the_contract_is_valid() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contract.md");
    let Ok(contract) = fs::read_to_string(path) else {
        println!("skipped: ../shared/contract.md does not exist");
        return;
    };
    let (_, section) = contract.split_once("## 10.").unwrap();
    let block = blocks(section)[0];
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("models.json"), "{\"data\": []}").unwrap();
    let digits = "0".repeat(64);
    let text = block.replace("sha256:<hex of the key>", &format!("sha256:{digits}"));
    let config = valid(&text, folder.path());
    assert_eq!(config.models[0].endpoints[0].slug(), "openai/us-east5");
    let hash = format!("hash = \"sha256:{digits}\"");
    // As variables and with the other forms that the comments name.
    for (from, to) in [
        (
            "url = \"sqlite:orouter.db\"",
            "url = { env = \"DATABASE\" }",
        ),
        (
            "on_outage = \"refuse\"",
            "on_outage = \"admit\"\nadmit_up_to = 5.0",
        ),
        (hash.as_str(), "key = { env = \"CI_KEY\" }"),
        ("allow_origins = []", "allow_origins = [\"*\"]"),
        ("models = [\"*\"]", "models = [\"gpt-4o\"]"),
    ] {
        assert!(text.contains(from), "{from}");
        let text = text.replace(from, to);
        let variable = |name: &str| {
            Some(
                if name == "DATABASE" {
                    "postgres://a/b"
                } else {
                    "hunter2"
                }
                .to_owned(),
            )
        };
        let path = folder.path().join("orouter.toml");
        Config::from_toml(&text, path, variable).unwrap_or_else(|errors| panic!("{errors}"));
    }
}
