//! The page on free-form members lists exactly the public members of raw JSON in the sources, each
//! with a reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::path::Path;

/// Types whose values are untyped JSON.
const RAW: &[&str] = &["Raw", "RawValue", "Value"];

#[test]
fn the_list_of_free_form_members_is_complete_and_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/free-form.md")).unwrap();
    let mut listed = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!(columns[2].len() > 10, "no reason: {line}");
        let name = columns[1].trim_matches('`').to_owned();
        assert!(listed.insert(name), "twice: {line}");
    }

    let mut found = BTreeSet::new();
    let mut files = 0;
    visit(&root.join("src"), &mut |text| {
        files += 1;
        members(text, &mut found);
    });
    assert!(files > 50, "only {files} files");
    let missing: Vec<_> = found.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&found).collect();
    assert!(missing.is_empty(), "raw, and not on the page: {missing:?}");
    assert!(stale.is_empty(), "on the page, and not raw: {stale:?}");
}

/// The sources have the layout that this test assumes.
#[test]
fn members_are_found_in_structs_and_enums() {
    let mut found = BTreeSet::new();
    members(
        "pub struct A {\n    pub r#one: Option<Raw>,\n    pub two: Vec<String>,\n    three: Raw,\n}\n\
         impl A {\n    pub fn four(&self) -> Raw {}\n}\n\
         pub enum B {\n    Five(Vec<Raw>),\n    Six(String),\n}\n\
         struct C {\n    pub seven: Raw,\n}\n",
        &mut found,
    );
    assert_eq!(Vec::from_iter(found), ["A::one", "B::Five"]);
}

/// Collects the public fields and variants of a source file that hold raw JSON. The sources are
/// formatted, so each is in a line of its own.
fn members(text: &str, found: &mut BTreeSet<String>) {
    let mut owner = None;
    for line in text.lines() {
        if let Some(name) = line
            .strip_prefix("pub struct ")
            .or(line.strip_prefix("pub enum "))
        {
            let end = name
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(name.len());
            owner = Some((&name[..end], line.starts_with("pub enum")));
        } else if line.starts_with('}') {
            owner = None;
        } else if let (Some((owner, is_enum)), Some(line)) = (owner, line.strip_prefix("    ")) {
            let member = if is_enum {
                line.split_once('(')
            } else {
                line.strip_prefix("pub ")
                    .and_then(|line| line.split_once(": "))
            };
            let Some((name, kind)) = member else { continue };
            let mut words = kind.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| RAW.contains(&word)) {
                found.insert(format!("{owner}::{}", name.trim_start_matches("r#")));
            }
        }
    }
}

fn visit(folder: &Path, each: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
