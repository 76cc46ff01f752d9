//! Compares lists in the documents with the code: a kind of error, a class of failures, an option or
//! a variable that is added to the code must be documented.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use orouter::{
    OpenRouter, ResponsesRequest, RetryConfig,
    testing::{ReplayTransport, Reply},
};

/// Returns a path relative to the root of the repository.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap()
}

/// Returns the source files below a folder.
fn sources(folder: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![root(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

/// Returns the names of the variants of a public enum in the sources below a folder.
fn variants(folder: &str, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in sources(folder) {
        for item in syn::parse_file(&text).unwrap().items {
            match item {
                syn::Item::Enum(item) if item.ident == name => {
                    let names = item
                        .variants
                        .iter()
                        .map(|variant| variant.ident.to_string());
                    found.extend(names);
                }
                _ => {}
            }
        }
    }
    assert!(!found.is_empty(), "no enum {name} in {folder}");
    found
}

/// Returns the variants of an enum that the sources below a folder use. For enums that a macro defines.
fn used_variants(folder: &str, name: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let path = format!("{name}::");
    let mut found = BTreeSet::new();
    for text in sources(folder) {
        for (start, _) in text.match_indices(&path) {
            // `io::ErrorKind` and `DecodeErrorKind` are other types.
            if text[..start].ends_with(|c: char| c == ':' || is_part(c)) {
                continue;
            }
            let rest = &text[start + path.len()..];
            let variant = rest.split(|c| !is_part(c)).next().unwrap_or_default();
            if variant.starts_with(|c: char| c.is_ascii_uppercase()) {
                found.insert(variant.to_owned());
            }
        }
    }
    assert!(!found.is_empty(), "no {name} in {folder}");
    found
}

/// Returns the string literals in the sources below a folder that are names with this prefix.
fn names_with_prefix(folder: &str, prefix: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mut found = BTreeSet::new();
    for text in sources(folder) {
        for literal in text.split('"').skip(1).step_by(2) {
            if literal.starts_with(prefix) && literal.chars().all(is_part) {
                found.insert(literal.to_owned());
            }
        }
    }
    assert!(!found.is_empty(), "no names with {prefix} in {folder}");
    found
}

/// Fails if the document lacks one of the names.
fn assert_documented(document: &str, names: &BTreeSet<String>) {
    assert_documented_in(&[document], names);
}

/// Fails if all of the documents lack one of the names.
fn assert_documented_in(documents: &[&str], names: &BTreeSet<String>) {
    let text: String = documents.iter().map(|document| read(document)).collect();
    let quoted = |name: &String| text.contains(&format!("`{name}`"));
    let missing: Vec<_> = names.iter().filter(|name| !quoted(name)).collect();
    assert!(missing.is_empty(), "{documents:?} lack {missing:?}");
}

#[tokio::test]
async fn every_kind_of_error_is_documented() {
    let mut kinds = used_variants("crates/sdk/src", "ErrorKind");
    for status in 400..600 {
        let client = OpenRouter::builder()
            .api_key("test")
            .env(|_| None)
            .transport(ReplayTransport::new([Reply::status(status)]))
            .retries(RetryConfig::none())
            .build()
            .unwrap();
        let call = client.responses().create(ResponsesRequest::new("model"));
        kinds.insert(format!("{:?}", call.await.unwrap_err().kind()));
    }
    assert_documented("docs/errors.md", &kinds);
}

#[test]
fn every_class_of_failure_is_documented() {
    let classes = variants("crates/wire/src/failure", "FailureClass");
    assert_documented("docs/errors.md", &classes);
}

#[test]
fn every_variable_of_the_sdk_is_documented() {
    let variables = names_with_prefix("crates/sdk/src", "OPENROUTER_");
    assert_documented("docs/client.md", &variables);
}

#[test]
fn every_variable_of_the_command_is_documented() {
    let variables = names_with_prefix("crates/cli/src", "OROUTER_");
    assert_documented_in(&["docs/operations.md", "docs/command.md"], &variables);
}

#[test]
fn the_agent_comparison_names_tests_that_exist() {
    let tests = sources("crates/sdk/tests").concat();
    let page = read("docs/agents-compared.md");
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Feature"))
        .collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    for row in rows {
        let cell = row
            .trim_end_matches([' ', '|'])
            .rsplit("| ")
            .next()
            .unwrap();
        let name = cell.trim_matches('`');
        let declared = format!("fn {name}()");
        assert!(tests.contains(&declared), "no test {name}: {row}");
    }
}
