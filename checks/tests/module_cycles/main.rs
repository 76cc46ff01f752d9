//! No module of a crate imports, directly or through others, a module that imports it.
//!
//! Two graphs are checked in each crate. In the graph of files, an arrow leads from a file to the
//! file that defines what it names. In the graph of modules, a module includes all modules below
//! it, and the modules below one parent must form no cycle. `use`, `super::` and paths inside of
//! expressions all count; a name that is re-exported counts where it is defined.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "this is a test"
)]

mod graph;
mod resolve;
mod tree;

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use self::{
    graph::{Graph, cycles},
    resolve::imports,
    tree::Tree,
};

#[test]
fn no_module_of_any_crate_is_in_a_cycle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut report = String::new();
    let mut crates = 0;
    for entry in fs::read_dir(root.join("crates")).expect("crates/ can be listed") {
        let source = entry.expect("an entry").path().join("src");
        let Some(main) = ["lib.rs", "main.rs"]
            .iter()
            .map(|name| source.join(name))
            .find(|path| path.exists())
        else {
            continue;
        };
        crates += 1;
        let tree = Tree::read(&main);
        describe(&tree, &mut report);
    }
    assert!(crates >= 6, "only {crates} crates were found");
    assert!(report.is_empty(), "import cycles:\n{report}");
}

/// Appends the cycles of one crate to `report`.
fn describe(tree: &Tree, report: &mut String) {
    let imports = imports(tree);

    let mut files = Graph::default();
    for import in &imports {
        files.add(
            &tree.label(import.from),
            &tree.label(import.to),
            &import.name,
        );
    }
    for cycle in cycles(&files) {
        writeln!(report, "{}: files\n{cycle}", tree.name()).expect("a String takes all text");
    }

    for parent in tree.parents() {
        let mut siblings = Graph::default();
        for import in &imports {
            let (from, to) = (
                tree.below(parent, import.from),
                tree.below(parent, import.to),
            );
            if let (Some(from), Some(to)) = (from, to) {
                let name = format!("{} uses {}", tree.label(import.from), import.name);
                siblings.add(&tree.label(from), &tree.label(to), &name);
            }
        }
        for cycle in cycles(&siblings) {
            writeln!(
                report,
                "{}: modules below {}\n{cycle}",
                tree.name(),
                tree.label(parent)
            )
            .expect("a String takes all text");
        }
    }
}

/// The checker finds what it is for: a crate with one cycle of each kind.
#[test]
fn cycles_are_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/module_cycles/example");
    let tree = Tree::read(&folder.join("lib.rs"));
    let mut report = String::new();
    describe(&tree, &mut report);
    let lines: BTreeSet<&str> = report.lines().map(str::trim).collect();
    for expected in [
        "direct::a -> direct::b: B",
        "direct::b -> direct::a: A",
        "parent -> parent::child: Child",
        "parent::child -> parent: Parent",
        "left -> right: left::one uses two",
        "right -> left: right::three uses four",
        "inline::one -> inline::two: two",
        "inline::two -> inline::one: one",
    ] {
        assert!(
            lines.contains(expected),
            "{expected} is missing in\n{report}"
        );
    }
    for absent in ["facade", "tested"] {
        assert!(
            !report.contains(absent),
            "{absent} is in no cycle:\n{report}"
        );
    }
}
