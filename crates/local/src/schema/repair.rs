//! Relaxes the parts of a rewritten schema that do not compile: contradictions, and constraints
//! that exceed the limits of the engine.

use serde_json::Value;

use super::change::{Change, member, record};
use super::compiler::SchemaCompiler;
use super::tree::{Tree, each_child, original_path, referenced};

/// Maximum number of trial compilations. After them, a part that does not compile is dropped.
const MAX_COMPILES: usize = 48;

/// Maximum number of alternatives after intersecting the entries of `allOf`.
const MAX_ALTERNATIVES: f64 = 256.0;

/// Keywords that are dropped together, most frequent causes first.
const GROUPS: [&[&str]; 9] = [
    &["minProperties", "maxProperties"],
    &["pattern"],
    &["multipleOf"],
    &["minLength", "maxLength"],
    &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
    &["minItems", "maxItems"],
    &["patternProperties", "additionalProperties"],
    &["required"],
    &["items", "prefixItems"],
];

/// Relaxes a tree by trial compilations.
pub(super) struct Repairer<'a> {
    compiler: &'a dyn SchemaCompiler,
    changes: &'a mut Vec<Change>,
    compiles: usize,
}

impl<'a> Repairer<'a> {
    pub(super) fn new(compiler: &'a dyn SchemaCompiler, changes: &'a mut Vec<Change>) -> Self {
        Self {
            compiler,
            changes,
            compiles: 0,
        }
    }

    /// Relaxes a tree until it compiles.
    pub(super) fn repair(&mut self, tree: &mut Tree) {
        if self.compiles(&tree.root, tree) {
            return;
        }
        if tree.root == false {
            record(self.changes, "", "allows no value");
            tree.root = Value::Bool(true);
            return;
        }
        // Each definition is compiled as the root of the tree, so that its references resolve.
        for index in 0..tree.definitions.len() {
            let Some(mut node) = tree.definitions.get(index).cloned() else {
                continue;
            };
            self.node(&mut node, tree);
            if let Some(definition) = tree.definitions.get_mut(index) {
                *definition = node;
            }
        }
        let mut root = tree.root.clone();
        self.node(&mut root, tree);
        tree.root = root;
    }

    fn compiles(&mut self, node: &Value, tree: &Tree) -> bool {
        let whole = tree.whole(node);
        if is_explosive(node, tree) || !self.compiler.parses(&whole) {
            return false;
        }
        self.compiles += 1;
        self.compiles <= MAX_COMPILES && self.compiler.compiles(&whole)
    }

    fn node(&mut self, node: &mut Value, tree: &Tree) {
        if *node == false || self.compiles(node, tree) {
            return;
        }
        if self.compiles <= MAX_COMPILES {
            each_child(node, &mut |child| self.node(child, tree));
            if self.compiles(node, tree) || self.without_group(node, tree) {
                return;
            }
            if self.without_parts(node, tree) {
                return;
            }
        }
        record(self.changes, original_path(node), "cannot be enforced");
        let typed = node.get("type").cloned();
        *node = match typed {
            Some(name) if self.compiles <= MAX_COMPILES => serde_json::json!({"type": name}),
            _ => Value::Bool(true),
        };
    }

    /// Drops one group of keywords if the node compiles without it.
    fn without_group(&mut self, node: &mut Value, tree: &Tree) -> bool {
        for group in GROUPS {
            let mut less = node.clone();
            let Value::Object(members) = &mut less else {
                return false;
            };
            let mut dropped = None;
            for key in group {
                if members.remove(*key).is_some() {
                    dropped = dropped.or(Some(*key));
                }
            }
            let Some(dropped) = dropped else { continue };
            if self.compiles(&less, tree) {
                record(
                    self.changes,
                    &member(original_path(node), dropped),
                    "cannot be enforced",
                );
                *node = less;
                return true;
            }
        }
        false
    }

    /// Drops entries of `allOf`, the last first, until the node compiles.
    fn without_parts(&mut self, node: &mut Value, tree: &Tree) -> bool {
        let mut less = node.clone();
        while let Some(Value::Array(parts)) = less.get_mut("allOf") {
            if parts.len() < 2 {
                return false;
            }
            let Some(part) = parts.pop() else {
                return false;
            };
            if self.compiles(&less, tree) {
                record(
                    self.changes,
                    &label(&part, original_path(node)),
                    "contradicts the rest",
                );
                *node = less;
                return true;
            }
        }
        false
    }
}

/// Returns `true` if the node, or a node in it or in a definition, has too many alternatives.
fn is_explosive(node: &Value, tree: &Tree) -> bool {
    let mut counter = Counter {
        tree,
        known: vec![None; tree.definitions.len()],
        explosive: false,
    };
    counter.count(node);
    for definition in &tree.definitions {
        counter.count(definition);
    }
    counter.explosive
}

/// Counts the alternatives after intersecting the entries of `allOf`.
struct Counter<'a> {
    tree: &'a Tree,
    /// Counts of the definitions so far.
    known: Vec<Option<f64>>,
    explosive: bool,
}

impl Counter<'_> {
    fn count(&mut self, node: &Value) -> f64 {
        let Value::Object(members) = node else {
            return 1.0;
        };
        if let Some(target) = referenced(members, &self.tree.definitions) {
            return self.count_definition(target);
        }
        let mut number = 1.0;
        for (key, value) in members {
            match (key.as_str(), value) {
                ("allOf", Value::Array(parts)) => {
                    let counts: Vec<f64> = parts.iter().map(|part| self.count(part)).collect();
                    number *= counts.iter().product::<f64>();
                    let multiplied = counts.iter().all(|count| *count < number);
                    self.explosive |= multiplied && number > MAX_ALTERNATIVES;
                }
                ("anyOf", Value::Array(parts)) => {
                    number *= parts
                        .iter()
                        .map(|part| self.count(part))
                        .sum::<f64>()
                        .max(1.0);
                }
                ("prefixItems", Value::Array(nodes)) => {
                    for node in nodes {
                        self.count(node);
                    }
                }
                ("properties" | "patternProperties", Value::Object(nodes)) => {
                    for node in nodes.values() {
                        self.count(node);
                    }
                }
                ("items" | "additionalProperties", node) => {
                    self.count(node);
                }
                _ => {}
            }
        }
        number
    }

    fn count_definition(&mut self, target: &Value) -> f64 {
        let mut definitions = self.tree.definitions.iter();
        let Some(index) = definitions.position(|node| std::ptr::eq(node, target)) else {
            return 1.0;
        };
        if let Some(Some(number)) = self.known.get(index) {
            return *number;
        }
        // A recursive reference counts as one alternative.
        if let Some(slot) = self.known.get_mut(index) {
            *slot = Some(1.0);
        }
        let number = self.count(target);
        if let Some(slot) = self.known.get_mut(index) {
            *slot = Some(number);
        }
        number
    }
}

/// Returns the path of a part of the node at `at`: its own, or that of its original keyword.
fn label(part: &Value, at: &str) -> String {
    let keyword = ["$ref", "enum", "anyOf", "oneOf"]
        .into_iter()
        .find(|key| part.get(*key).is_some());
    match (original_path(part), keyword) {
        (own, Some(keyword)) if own == at => member(at, keyword),
        (own, _) => own.to_owned(),
    }
}
