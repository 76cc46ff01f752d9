//! The page `docs/design/wire-types.md` lists exactly the public wire types, and its schemas exist
//! in the API's description.
//!
//! The description is outside the repository. Without it the second test prints that it was skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// Returns the rows of a table on the page: the first cell's code, and all code in the second cell.
fn rows(heading: &str) -> BTreeMap<String, Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/design/wire-types.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut rows = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [name, schemas] = cells[..] else {
            panic!("a row has two cells: {line}");
        };
        let name = name.trim().trim_matches('`').to_owned();
        let code = schemas.split('`').skip(1).step_by(2);
        let schemas: Vec<String> = code.map(str::to_owned).collect();
        assert!(
            !schemas.is_empty() || schemas_are_absent(line),
            "a row has schemas or –: {line}"
        );
        let earlier = rows.insert(name, schemas);
        assert!(earlier.is_none(), "two rows for one name: {line}");
    }
    rows
}

fn schemas_are_absent(row: &str) -> bool {
    row.ends_with("| – |")
}

/// Collects the public types of a source folder that derive `Wire`, and those that macros define:
/// `server_tool!`, and macros with an indented type header. The sources are formatted, so each
/// header is in a line of its own.
fn wire_types(folder: &Path, types: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            wire_types(&path, types);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (mut derives_wire, mut in_macro) = (false, false);
        for line in text.lines() {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            match words[..] {
                ["derive", ..] if line.trim_start().starts_with("#[") => {
                    derives_wire = words.contains(&"Wire");
                }
                ["pub", "struct" | "enum", name, ..] if !line.contains('$') => {
                    if derives_wire || line.starts_with(' ') {
                        types.insert(name.to_owned());
                    }
                    derives_wire = false;
                }
                ["server_tool"] => in_macro = true,
                [name, _] if in_macro && line.ends_with(')') && !line.contains("//") => {
                    types.insert(name.to_owned());
                }
                _ if line.starts_with('}') => in_macro = false,
                _ => {}
            }
        }
    }
}

#[test]
fn the_page_lists_the_public_wire_types() {
    let mut types = BTreeSet::new();
    wire_types(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut types,
    );
    assert!(types.len() > 400, "only {} types were found", types.len());
    assert!(types.contains("ResponsesRequest") && types.contains("OpenRouterBashTool"));
    let listed: BTreeSet<String> = rows("Types").into_keys().collect();
    let missing: Vec<_> = types.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&types).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "docs/design/wire-types.md: add rows for {missing:?}; remove the rows of {stale:?}"
    );
}

#[test]
fn the_schemas_on_the_page_exist() {
    let path = "../../../shared/spec/openrouter-responses.openapi.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: the API's description is not present");
        return;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();

    let mut on_page: BTreeSet<String> = rows("Schemas without a type").into_keys().collect();
    for (name, paths) in rows("Types") {
        for path in paths {
            assert!(exists(&document, &path), "{name}: {path} does not exist");
            let schema = path.split('.').next().unwrap();
            on_page.insert(schema.to_owned());
        }
    }
    let described: BTreeSet<String> = schemas.keys().cloned().collect();
    let missing: Vec<_> = described.difference(&on_page).collect();
    let stale: Vec<_> = on_page.difference(&described).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "docs/design/wire-types.md: add the schemas {missing:?}; remove {stale:?}"
    );
    assert!(!exists(&document, "Usage.no_such_member"));
    assert!(!exists(&document, "NoSuchSchema"));
}

/// Returns `true` if a path of a schema and members exists.
fn exists(document: &Value, path: &str) -> bool {
    let mut names = path.split('.');
    let Some(schema) = document["components"]["schemas"].get(names.next().unwrap()) else {
        return false;
    };
    let mut current = vec![schema];
    for name in names {
        let mut members = Vec::new();
        for schema in current {
            find_member(document, schema, name, &mut members);
        }
        current = members;
    }
    !current.is_empty()
}

/// Collects the schemas of a member, through references, unions, list items and map values.
fn find_member<'a>(document: &'a Value, schema: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        find_member(document, target, name, found);
    }
    if let Some(member) = schema
        .get("properties")
        .and_then(|members| members.get(name))
    {
        found.push(member);
        return;
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        let branches = schema.get(key).and_then(Value::as_array);
        for branch in branches.into_iter().flatten() {
            find_member(document, branch, name, found);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            find_member(document, inner, name, found);
        }
    }
}
