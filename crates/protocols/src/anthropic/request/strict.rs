//! [`Strict`]: schemas in the form that the API enforces.

use std::collections::{HashMap, HashSet};

use orouter_wire::json::Writer;

use super::schema::{Definitions, all_members};
use crate::json_text::{elements, string as text_of};
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::request::part::string;

/// Maximum nesting of a schema that is changed.
const MAX_DEPTH: usize = 64;

/// Maximum number of parameters that are not required, and of those with several types, in all strict
/// schemas of a request.
pub(super) const MAX_OPTIONAL: usize = 24;
pub(super) const MAX_UNIONS: usize = 16;

/// The formats of strings that the API enforces.
const FORMATS: &[&str] = &[
    "date-time",
    "time",
    "date",
    "duration",
    "email",
    "hostname",
    "uri",
    "ipv4",
    "ipv6",
    "uuid",
];

/// The types of values.
const TYPES: &[&str] = &[
    "object", "array", "string", "integer", "number", "boolean", "null",
];

/// A schema that the API enforces.
#[derive(Debug)]
pub(super) struct Strict {
    /// The JSON text.
    pub(super) text: String,
    /// Number of parameters that are not required.
    pub(super) optional: usize,
    /// Number of parameters with several types.
    pub(super) unions: usize,
    /// Descriptions have constraints that the API does not enforce.
    described: bool,
}

impl Strict {
    /// Notes that descriptions have some of the constraints.
    pub(super) fn note(&self, path: &str, notes: &Notes) {
        if self.described {
            let reason =
                "the API does not enforce ranges, lengths and patterns; the descriptions have them";
            notes.converted(path, reason);
        }
    }
}

/// Changes a schema to the form that the API enforces. Constraints on values that it does not have
/// become text of the description.
///
/// # Errors
/// If the API cannot enforce the shape. `path` is that of the schema.
pub(super) fn strict(schema: &str, path: &str) -> Result<Strict, Refusal> {
    let mut walk = Walk {
        definitions: Definitions::of(schema),
        optional: 0,
        unions: 0,
        described: false,
    };
    let mut out = Writer::new();
    walk.schema(schema, path, 0, &mut out)?;
    walk.check_cycles(path)?;
    if walk.optional > MAX_OPTIONAL || walk.unions > MAX_UNIONS {
        return Err(unenforceable(
            path,
            &format!(
                "has more than {MAX_OPTIONAL} members that are not required, or more than {MAX_UNIONS} \
                 with several types"
            ),
        ));
    }
    Ok(Strict {
        // The writer writes whole strings and ASCII only.
        text: String::from_utf8(out.finish().into()).unwrap_or_default(),
        optional: walk.optional,
        unions: walk.unions,
        described: walk.described,
    })
}

struct Walk<'a> {
    definitions: Definitions<'a>,
    optional: usize,
    unions: usize,
    described: bool,
}

impl<'a> Walk<'a> {
    fn schema(
        &mut self,
        schema: &'a str,
        path: &str,
        depth: usize,
        out: &mut Writer,
    ) -> Result<(), Refusal> {
        let Some(members) = all_members(schema) else {
            return Err(unenforceable(path, "is not an object"));
        };
        if depth > MAX_DEPTH {
            return Err(unenforceable(path, "is nested too deeply"));
        }
        let find = |name: &str| {
            let mut found = members.iter().filter(|(known, _)| known == name);
            found.next().map(|(_, value)| *value)
        };
        out.open_object();
        if let Some(target) = find("$ref") {
            self.write_reference(target, path, out)?;
            for name in ["$defs", "definitions"] {
                if let Some(named) = find(name) {
                    self.write_named(name, named, path, depth, out)?;
                }
            }
            out.close_object();
            return Ok(());
        }
        let types = self.types(&find, path)?;
        if let Types::Inferred(name) = types {
            string(out, "type", name);
        }
        let mut described = String::new();
        for (name, value) in &members {
            self.member(name, value, path, depth, &mut described, out)?;
        }
        if is_object(&types, find("type")) {
            out.member("additionalProperties");
            out.bool(false);
            self.count_optional(find("properties"), find("required"));
        }
        let own = find("description").and_then(text_of).unwrap_or_default();
        match (own.as_ref(), described.as_str()) {
            ("", "") => {}
            (own, "") => string(out, "description", own),
            (own, described) => {
                self.described = true;
                let gap = if own.is_empty() { "" } else { "\n\n" };
                string(out, "description", &format!("{own}{gap}{{{described}}}"));
            }
        }
        out.close_object();
        Ok(())
    }

    /// Returns the origin of the schema's type. A schema without one must have another member that
    /// decides it.
    fn types(
        &mut self,
        find: &impl Fn(&str) -> Option<&'a str>,
        path: &str,
    ) -> Result<Types, Refusal> {
        match find("type") {
            Some("null") | None => {}
            Some(types) => {
                let list = elements(types);
                self.unions += usize::from(list.is_some());
                let list = list.unwrap_or_else(|| vec![types]);
                let known = |name: &str| text_of(name).is_some_and(|name| TYPES.contains(&&*name));
                if list.is_empty() || !list.into_iter().all(known) {
                    let reason = format!("must be one of {}, or a list of them", TYPES.join(", "));
                    return Err(unenforceable(&format!("{path}.type"), &reason));
                }
                return Ok(Types::Given);
            }
        }
        if find("properties").is_some() {
            return Ok(Types::Inferred("object"));
        }
        if find("items").is_some() {
            return Ok(Types::Inferred("array"));
        }
        let decides = ["anyOf", "oneOf", "allOf", "enum", "const"];
        if decides.iter().any(|name| find(name).is_some()) {
            return Ok(Types::Given);
        }
        Err(unenforceable(path, "has no `type`"))
    }

    fn member(
        &mut self,
        name: &str,
        value: &'a str,
        path: &str,
        depth: usize,
        described: &mut String,
        out: &mut Writer,
    ) -> Result<(), Refusal> {
        let place = || format!("{path}.{name}");
        match name {
            "const" | "default" => {
                out.member(name);
                out.raw(value);
            }
            // Some encoders write `null` for a member that is not set.
            _ if value == "null" => {}
            "description" | "$schema" | "$id" | "$comment" | "$anchor" => {}
            "type" | "title" => {
                out.member(name);
                out.raw(value);
            }
            "enum" | "required" => {
                let list = elements(value);
                let is_text = |value: &str| value.starts_with('"');
                let valid =
                    list.is_some_and(|list| name == "enum" || list.into_iter().all(is_text));
                if !valid {
                    return Err(unenforceable(&place(), "is not a list, or not of names"));
                }
                out.member(name);
                out.raw(value);
            }
            "properties" | "$defs" | "definitions" => {
                self.write_named(name, value, path, depth, out)?;
            }
            "additionalProperties" => {
                if value != "false" {
                    return Err(unenforceable(&place(), "must be `false`"));
                }
            }
            "items" => {
                out.member(name);
                self.schema(value, &place(), depth + 1, out)?;
            }
            "anyOf" | "oneOf" | "allOf" => {
                let list = elements(value)
                    .ok_or_else(|| unenforceable(&place(), "is not a list of schemas"))?;
                out.member(if name == "allOf" { name } else { "anyOf" });
                if name != "allOf" {
                    self.unions += 1;
                }
                out.open_array();
                for (index, schema) in list.into_iter().enumerate() {
                    out.element();
                    self.schema(schema, &format!("{path}.{name}[{index}]"), depth + 1, out)?;
                }
                out.close_array();
            }
            "minItems" if matches!(value, "0" | "1") => {
                out.member(name);
                out.raw(value);
            }
            "format" if text_of(value).is_some_and(|format| FORMATS.contains(&&*format)) => {
                out.member(name);
                out.raw(value);
            }
            "patternProperties"
            | "not"
            | "if"
            | "then"
            | "else"
            | "dependentSchemas"
            | "dependentRequired"
            | "prefixItems"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "additionalItems"
            | "$dynamicRef" => {
                return Err(unenforceable(
                    &place(),
                    "is a condition that the API does not have",
                ));
            }
            _ => {
                if !described.is_empty() {
                    described.push_str(", ");
                }
                described.push_str(&format!("{name}: {value}"));
            }
        }
        Ok(())
    }

    fn write_named(
        &mut self,
        name: &str,
        named: &'a str,
        path: &str,
        depth: usize,
        out: &mut Writer,
    ) -> Result<(), Refusal> {
        let path = format!("{path}.{name}");
        let members = all_members(named)
            .ok_or_else(|| unenforceable(&path, "is not an object of schemas"))?;
        out.member(name);
        out.open_object();
        for (name, schema) in members {
            out.member(&name);
            self.schema(schema, &format!("{path}.{name}"), depth + 1, out)?;
        }
        out.close_object();
        Ok(())
    }

    fn write_reference(&self, target: &str, path: &str, out: &mut Writer) -> Result<(), Refusal> {
        let path = format!("{path}.$ref");
        let pointer = text_of(target).unwrap_or_default();
        if self.definitions.get(&pointer).is_none() {
            let reason = "does not name one of the `$defs` of the schema";
            return Err(unenforceable(&path, reason));
        }
        string(out, "$ref", &pointer);
        Ok(())
    }

    fn count_optional(&mut self, properties: Option<&str>, required: Option<&str>) {
        let required = required.and_then(elements).unwrap_or_default();
        let required: HashSet<_> = required.into_iter().filter_map(text_of).collect();
        let properties = properties.and_then(all_members).unwrap_or_default();
        let optional = properties
            .iter()
            .filter(|(name, _)| !required.contains(name));
        self.optional += optional.count();
    }

    /// Refuses definitions that contain themselves.
    fn check_cycles(&self, path: &str) -> Result<(), Refusal> {
        let mut references: HashMap<&str, Vec<String>> = HashMap::new();
        for (pointer, schema) in self.definitions.all() {
            let mut targets = Vec::new();
            add_references(schema, 0, &mut targets);
            references.insert(pointer, targets);
        }
        // Definitions that refer to none of the others are removed, until all others are in cycles or
        // lead to one.
        let mut waiting: HashMap<&str, usize> = HashMap::new();
        let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut free: Vec<&str> = Vec::new();
        for (pointer, targets) in &references {
            let targets = targets
                .iter()
                .filter(|target| references.contains_key(target.as_str()));
            let mut count = 0;
            for target in targets {
                users.entry(target).or_default().push(pointer);
                count += 1;
            }
            waiting.insert(pointer, count);
            if count == 0 {
                free.push(pointer);
            }
        }
        while let Some(pointer) = free.pop() {
            waiting.remove(pointer);
            for user in users.get(pointer).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(user) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(user);
                    }
                }
            }
        }
        match waiting.keys().min() {
            None => Ok(()),
            Some(pointer) => {
                let place = pointer.trim_start_matches("#/").replace('/', ".");
                Err(unenforceable(
                    &format!("{path}.{place}"),
                    "contains itself, directly or through others",
                ))
            }
        }
    }
}

/// The origin of a schema's type.
enum Types {
    /// The schema has it, or another member decides it.
    Given,
    Inferred(&'static str),
}

fn is_object(types: &Types, given: Option<&str>) -> bool {
    match types {
        Types::Inferred(name) => *name == "object",
        Types::Given => given.is_some_and(|given| {
            let list = elements(given).unwrap_or_else(|| vec![given]);
            let mut names = list.into_iter().filter_map(text_of);
            names.any(|name| name == "object")
        }),
    }
}

fn unenforceable(path: &str, reason: &str) -> Refusal {
    Refusal::new(
        path,
        format!(
            "`{path}` {reason}, so that the API cannot enforce the schema; change it, or leave out \
             `strict`"
        ),
    )
}

fn add_references(value: &str, depth: usize, targets: &mut Vec<String>) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(members) = all_members(value) {
        for (name, value) in members {
            match text_of(value) {
                Some(target) if name == "$ref" => targets.push(target.into_owned()),
                _ => add_references(value, depth + 1, targets),
            }
        }
    } else if let Some(list) = elements(value) {
        for value in list {
            add_references(value, depth + 1, targets);
        }
    }
}
