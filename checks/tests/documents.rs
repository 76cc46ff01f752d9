//! Checks of the project's Markdown documents: Rust code is compiled, code blocks name their
//! language, and links lead to files and headings that exist.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The folders that hold documents, besides those of the crates.
const FOLDERS: [&str; 7] = [
    "",
    "docs",
    "docs/design",
    "examples",
    "interop",
    "benches",
    "fuzz",
];

/// Returns the root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the paths of all documents, relative to the root.
fn documents() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in FOLDERS {
        add_documents(folder, &mut found);
    }
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        add_documents(&format!("crates/{name}"), &mut found);
    }
    assert!(found.contains("README.md") && found.contains("docs/errors.md"));
    found
}

fn add_documents(folder: &str, found: &mut BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(root().join(folder)) else {
        return;
    };
    for entry in entries {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            let path = format!("{folder}/{name}");
            found.insert(path.trim_start_matches('/').to_owned());
        }
    }
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// A code block: the text after the fence, and the number of the fence's line.
struct Block {
    language: String,
    line: usize,
}

/// Returns the code blocks of a document, and its text without them.
fn blocks_and_text(text: &str) -> (Vec<Block>, String) {
    let mut blocks = Vec::new();
    let mut outside = String::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            open = !open;
            if open {
                let (language, line) = (language.to_owned(), index + 1);
                blocks.push(Block { language, line });
            }
        } else if !open {
            outside.push_str(line);
            outside.push('\n');
        }
    }
    assert!(!open, "a code block is not closed");
    (blocks, outside)
}

/// Returns `true` if rustdoc compiles a block: one of Rust, or one without a language.
fn is_rust(language: &str) -> bool {
    language.is_empty() || language.split(',').any(|word| word == "rust")
}

/// Returns `true` if a document is the README of a crate whose own documentation includes it.
fn is_in_crate(document: &str) -> bool {
    document
        .strip_suffix("/README.md")
        .and_then(|folder| fs::read_to_string(root().join(folder).join("src/lib.rs")).ok())
        .is_some_and(|library| library.contains("include_str!(\"../README.md\")"))
}

/// Returns `true` if a document is compiled by the package `examples/mcp`, which `.ci/examples` tests.
fn is_in_example(document: &str) -> bool {
    read("examples/mcp/src/lib.rs").contains(&format!("include_str!(\"../../../{document}\")"))
}

#[test]
fn every_document_with_rust_code_is_compiled() {
    let library = read("checks/src/lib.rs");
    for document in documents() {
        let (blocks, _) = blocks_and_text(&read(&document));
        if blocks.iter().any(|block| is_rust(&block.language)) {
            assert!(
                library.contains(&format!("\"../../{document}\""))
                    || is_in_crate(&document)
                    || is_in_example(&document),
                "{document} has Rust code and is not in checks/src/lib.rs"
            );
        }
    }
}

/// Guides whose first program is also an example of the SDK, so that CI runs it.
const GUIDES: [(&str, &str); 4] = [
    ("agents", "agent"),
    ("cost-control", "cost_control"),
    ("prompt-caching", "prompt_caching"),
    ("web-handlers", "web_handlers"),
];

#[test]
fn the_programs_of_guides_are_those_of_the_examples() {
    for (guide, example) in GUIDES {
        let text = read(&format!("docs/{guide}.md"));
        let program = text.split("```rust,no_run\n").nth(1).unwrap();
        let program = program.split("```").next().unwrap();
        let example = read(&format!("crates/sdk/examples/{example}.rs"));
        // The head of an example is a comment, and a blank line.
        let (_, code) = example.split_once("\n\n").unwrap();
        assert_eq!(program, code, "docs/{guide}.md");
    }
}

#[test]
fn every_code_block_names_its_language() {
    for document in documents() {
        for Block { language, line } in blocks_and_text(&read(&document)).0 {
            assert!(!language.is_empty(), "{document}:{line}: no language");
            assert!(
                !language.contains("ignore") && !language.contains("compile_fail"),
                "{document}:{line}: code that is not compiled"
            );
        }
    }
}

/// Returns the anchors of a document's headings, as GitHub derives them.
fn anchors(text: &str) -> BTreeSet<String> {
    let (_, outside) = blocks_and_text(text);
    let headings = outside.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            });
            kept.collect()
        })
        .collect()
}

/// Returns the targets of a document's links.
fn links(text: &str) -> Vec<String> {
    let (_, outside) = blocks_and_text(text);
    let after_brackets = outside.split("](").skip(1);
    after_brackets
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    for document in documents() {
        let text = read(&document);
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let source = root().join(&document);
            let target = match file {
                "" => source,
                file => source.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{document}: {link}: no such file");
            if !anchor.is_empty() {
                let headings = anchors(&fs::read_to_string(&target).unwrap());
                assert!(
                    headings.contains(anchor),
                    "{document}: {link}: no such heading"
                );
            }
        }
    }
}

/// Crates whose files the documents name without the folder `crates/`.
const CRATES: [&str; 5] = ["cli", "http", "sdk", "server", "wire"];

#[test]
fn every_path_of_the_architecture_exists() {
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let (_, text) = blocks_and_text(&read(document));
        for span in text.split('`').skip(1).step_by(2) {
            let is_path = |prefix: &str| span.starts_with(prefix) && !span.contains('*');
            let in_crate = CRATES.iter().any(|name| is_path(&format!("{name}/src/")));
            let path = match in_crate {
                true => root().join("crates").join(span),
                false if is_path("crates/") => root().join(span),
                false => continue,
            };
            assert!(path.exists(), "{document}: `{span}` does not exist");
        }
    }
}
