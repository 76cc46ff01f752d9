//! The codec imports nothing of the API: `json/`, `codec/`, `extra.rs`, `raw.rs` and `unknown.rs`
//! import only each other, and the code that the derive writes names only them. Read from the
//! sources: `use` declarations and inline paths, with `crate::`, `super::` and the crate's name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the codec.
const CODEC: [&str; 5] = ["codec", "extra", "json", "raw", "unknown"];

/// Names of the crate's root that the derive's code may use.
const DERIVE: [&str; 2] = ["__codec", "Wire"];

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The Rust files under a path, which is a file or a folder.
fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        found.push(path.to_owned());
        return;
    }
    for entry in fs::read_dir(path).unwrap() {
        files(&entry.unwrap().path(), found);
    }
}

/// The module that a file under `src` is: `["codec", "bridge"]` for `codec/bridge/mod.rs`.
fn module(root: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(root).unwrap().with_extension("");
    let mut names: Vec<String> = path
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    if names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    names
}

/// The code before the unit tests, without comments; line breaks stay.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// The first name of each path that follows here: one, or those in braces.
fn first_names(rest: &str) -> Vec<&str> {
    let name = |text: &'_ str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        end.unwrap_or(text.len())
    };
    let Some(group) = rest.strip_prefix('{') else {
        return vec![&rest[..name(rest)]];
    };
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let item = group[start..at].trim();
                names.push(&item[..name(item)]);
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The lines that name a module of the crate which is not in `allowed`, with that name.
fn foreign(code: &str, module: &[String], allowed: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for root in ["crate::", "super::", "orouter_wire::"] {
        for (at, _) in code.match_indices(root) {
            let mut rest = &code[at..];
            // The second `super` of a chain was read with the first.
            if code[..at].ends_with("super::") || code[..at].ends_with("$crate::") {
                continue;
            }
            let mut above = module;
            if root == "super::" {
                while let Some(next) = rest.strip_prefix("super::") {
                    rest = next;
                    above = above.split_last().map_or(&[][..], |(_, above)| above);
                }
            } else {
                rest = &rest[root.len()..];
                above = &[];
            }
            let names: Vec<&str> = match above.first() {
                Some(first) => vec![first.as_str()],
                None => first_names(rest),
            };
            let line = code[..at].matches('\n').count() + 1;
            let names = names.into_iter().filter(|name| !allowed.contains(name));
            found.extend(names.map(|name| (line, name.to_owned())));
        }
    }
    found
}

fn check(root: &Path, paths: &[PathBuf], allowed: &[&str]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in paths {
        let code = code(&fs::read_to_string(file).unwrap());
        for (line, name) in foreign(&code, &module(root, file), allowed) {
            let file = file.strip_prefix(root).unwrap().display();
            broken.push(format!("{file}:{line} uses `{name}`"));
        }
    }
    broken
}

#[test]
fn the_codec_imports_nothing_of_the_api() {
    let root = source("src");
    let mut paths = Vec::new();
    for name in CODEC {
        let folder = root.join(name);
        let path = if folder.is_dir() {
            folder
        } else {
            root.join(name).with_extension("rs")
        };
        files(&path, &mut paths);
    }
    assert!(paths.len() > 20, "{paths:?}");
    let broken = check(&root, &paths, &CODEC);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_derive_names_only_the_codec() {
    let root = source("../wire-derive/src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut broken = Vec::new();
    for file in &paths {
        let code = code(&fs::read_to_string(file).unwrap());
        for (at, _) in code.match_indices("orouter_wire::") {
            let rest = &code[at + "orouter_wire::".len()..];
            for name in first_names(rest)
                .iter()
                .filter(|name| !DERIVE.contains(name))
            {
                let line = code[..at].matches('\n').count() + 1;
                broken.push(format!("{}:{line} names `{name}`", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_foreign_import_is_found_in_every_form() {
    let module = ["codec".to_owned(), "bridge".to_owned()];
    let found = |code: &str| foreign(code, &module, &CODEC);
    let event = |line| vec![(line, "event".to_owned())];
    assert_eq!(found("use crate::event::StreamEvent;"), event(1));
    assert_eq!(
        found("\nuse crate::{\n    event::{A, B},\n    json::Parser,\n};"),
        event(2)
    );
    assert_eq!(found("use super::super::event;"), event(1));
    assert_eq!(found("\n\nfn f() -> super::super::event::A {}"), event(3));
    assert_eq!(
        found("use crate::{Raw, json::Parser};"),
        [(1, "Raw".to_owned())]
    );
    for fine in [
        "use crate::json::Parser;",
        "use crate::{extra::Entry, raw::Raw};",
        "use super::wire::Wire;",
        "use super::super::json::Parser;",
    ] {
        assert_eq!(found(fine), [], "{fine}");
    }
}
