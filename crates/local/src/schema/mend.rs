//! Relaxes the parts of a rewritten schema that do not compile: contradictions, and constraints
//! that exceed the engine's limits.

use serde_json::Value;

use super::{Change, Compile, Tree, change, each_child, member, place, referenced};

/// Schemas that are compiled to find the parts at fault, beyond which all of a part is dropped.
const MAX_COMPILES: usize = 48;

/// Alternatives that `allOf` may multiply the entries of `anyOf` to.
const MAX_ALTERNATIVES: f64 = 256.0;

/// Keywords that are dropped together, those that are most often at fault first.
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

pub(super) struct Mender<'a> {
    compile: &'a dyn Compile,
    changes: &'a mut Vec<Change>,
    compiles: usize,
}

impl<'a> Mender<'a> {
    pub(super) fn new(compile: &'a dyn Compile, changes: &'a mut Vec<Change>) -> Self {
        Self {
            compile,
            changes,
            compiles: 0,
        }
    }

    /// Relaxes a tree until it compiles.
    pub(super) fn mend(&mut self, tree: &mut Tree) {
        if self.compiles(&tree.root, tree) {
            return;
        }
        if tree.root == false {
            change(self.changes, "", "allows no value");
            tree.root = Value::Bool(true);
            return;
        }
        // Definitions are compiled as the root of the tree, whose references they may use.
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
        if is_explosive(node, tree) || !self.compile.parses(&whole) {
            return false;
        }
        self.compiles += 1;
        self.compiles <= MAX_COMPILES && self.compile.compiles(&whole)
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
        change(self.changes, place(node), "cannot be enforced");
        let typed = node.get("type").cloned();
        *node = match typed {
            Some(name) if self.compiles <= MAX_COMPILES => serde_json::json!({"type": name}),
            _ => Value::Bool(true),
        };
    }

    /// Drops one group of keywords, if the node compiles without it.
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
                change(
                    self.changes,
                    &member(place(node), dropped),
                    "cannot be enforced",
                );
                *node = less;
                return true;
            }
        }
        false
    }

    /// Drops entries of `allOf` from the last on, until the node compiles.
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
                change(
                    self.changes,
                    &label(&part, place(node)),
                    "contradicts the rest",
                );
                *node = less;
                return true;
            }
        }
        false
    }
}

/// Whether the node, or a node that it holds or refers to, has too many alternatives.
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

/// Counts the alternatives that intersecting the entries of `allOf` comes to.
struct Counter<'a> {
    tree: &'a Tree,
    /// The numbers for the definitions that were counted.
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
        // What a recursive reference finds.
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

/// The path of a part of the node at `at`: its own, or that of the keyword that it was made of.
fn label(part: &Value, at: &str) -> String {
    let keyword = ["$ref", "enum", "anyOf", "oneOf"]
        .into_iter()
        .find(|key| part.get(*key).is_some());
    match (place(part), keyword) {
        (own, Some(keyword)) if own == at => member(at, keyword),
        (own, _) => own.to_owned(),
    }
}
