//! Limits on the size of strict schemas, as OpenAI publishes them for structured outputs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::error::{Fault, SchemaErrorKind};

/// Maximum number of members of all objects.
const MAX_MEMBERS: usize = 5_000;

/// Maximum number of levels of objects.
const MAX_LEVELS: usize = 10;

/// Maximum number of values of all enums.
const MAX_VALUES: usize = 1_000;

/// Maximum number of characters of all names and enum values.
const MAX_CHARS: usize = 120_000;

/// Number of values from which an enum of strings has a limit of its own.
const LARGE_ENUM: usize = 250;

/// Maximum number of characters of a large enum of strings.
const MAX_LARGE_ENUM_CHARS: usize = 15_000;

/// Maximum number of references between the root and a node.
const MAX_REFERENCES: usize = 200;

fn limit(reason: String) -> Fault {
    Fault::new(SchemaErrorKind::Limit, "", reason)
}

/// Checks the number of members so far.
pub(super) fn members(members: usize, path: &str) -> Result<(), Fault> {
    if members > MAX_MEMBERS {
        let reason = format!("strict schemas have at most {MAX_MEMBERS} members");
        return Err(Fault::new(SchemaErrorKind::Limit, path, reason));
    }
    Ok(())
}

/// Checks the size of a whole schema, whose members are counted already.
pub(super) fn check(schema: &Value) -> Result<(), Fault> {
    let mut size = Size::default();
    size.add(schema)?;
    let definitions = schema.get("$defs").and_then(Value::as_object);
    for (name, definition) in definitions.into_iter().flatten() {
        size.chars += name.chars().count();
        size.add(definition)?;
    }
    if size.values > MAX_VALUES {
        return Err(limit(format!(
            "strict schemas have at most {MAX_VALUES} values of enums, this one has {}",
            size.values
        )));
    }
    if size.chars > MAX_CHARS {
        return Err(limit(format!(
            "strict schemas have at most {MAX_CHARS} characters of names and values of enums, \
             this one has {}",
            size.chars
        )));
    }
    let mut levels = Levels {
        schema,
        deepest: BTreeMap::new(),
        open: BTreeSet::new(),
    };
    levels.visit(schema, 0)
}

/// Returns the direct subschemas of a node.
fn children(node: &Value) -> impl Iterator<Item = &Value> {
    let members = node.get("properties").and_then(Value::as_object);
    let alternatives = node.get("anyOf").and_then(Value::as_array);
    let members = members.into_iter().flat_map(|members| members.values());
    members
        .chain(node.get("items"))
        .chain(alternatives.into_iter().flatten())
}

#[derive(Default)]
struct Size {
    values: usize,
    chars: usize,
}

impl Size {
    fn add(&mut self, node: &Value) -> Result<(), Fault> {
        if let Some(members) = node.get("properties").and_then(Value::as_object) {
            self.chars += members
                .keys()
                .map(|name| name.chars().count())
                .sum::<usize>();
        }
        if let Some(values) = node.get("enum").and_then(Value::as_array) {
            let strings = values.iter().filter_map(Value::as_str);
            let chars: usize = strings.map(|value| value.chars().count()).sum();
            if values.len() > LARGE_ENUM && chars > MAX_LARGE_ENUM_CHARS {
                return Err(limit(format!(
                    "an enum of more than {LARGE_ENUM} strings has at most {MAX_LARGE_ENUM_CHARS} \
                     characters in strict schemas, one has {chars}"
                )));
            }
            self.values += values.len();
            self.chars += chars;
        }
        children(node).try_for_each(|child| self.add(child))
    }
}

/// Walk that counts the levels of objects through references. A recursive reference adds no level.
struct Levels<'a> {
    schema: &'a Value,
    /// Level at which each definition was visited; a visit at a higher level cannot find more.
    deepest: BTreeMap<&'a str, usize>,
    /// References between the root and the current node.
    open: BTreeSet<&'a str>,
}

impl<'a> Levels<'a> {
    fn visit(&mut self, node: &'a Value, level: usize) -> Result<(), Fault> {
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            return self.follow(reference, level);
        }
        let level = level + usize::from(node.get("properties").is_some());
        if level > MAX_LEVELS {
            return Err(limit(format!(
                "strict schemas have at most {MAX_LEVELS} levels of objects"
            )));
        }
        children(node).try_for_each(|child| self.visit(child, level))
    }

    fn follow(&mut self, reference: &'a str, level: usize) -> Result<(), Fault> {
        let seen = self.deepest.get(reference).is_some_and(|at| *at >= level);
        if reference == "#" || seen || self.open.contains(reference) {
            return Ok(());
        }
        if self.open.len() >= MAX_REFERENCES {
            return Err(limit(format!(
                "more than {MAX_REFERENCES} references lead from the root to a member"
            )));
        }
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        let Some(definition) = self.schema.pointer(pointer) else {
            return Ok(());
        };
        self.deepest.insert(reference, level);
        self.open.insert(reference);
        let result = self.visit(definition, level);
        self.open.remove(reference);
        result
    }
}
