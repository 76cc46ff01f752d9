//! [`of_object`]: the schema of a tool's input in the form that the API accepts.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use orouter_wire::json::Writer;

use crate::json_text::{elements, get, members, string as text_of};
use crate::request::part::string;

/// Maximum number of schemas that are combined, and maximum nesting of them.
const MAX_COMBINED: usize = 1000;
const MAX_DEPTH: usize = 16;

/// The definitions of a schema, by the pointers to them: `#/$defs/name`.
pub(super) struct Definitions<'a>(HashMap<String, &'a str>);

impl<'a> Definitions<'a> {
    /// Finds the definitions at the top of a schema.
    pub(super) fn of(schema: &'a str) -> Self {
        let mut found = HashMap::new();
        for list in ["$defs", "definitions"] {
            let named = get(schema, list).and_then(all_members);
            for (name, schema) in named.into_iter().flatten() {
                let name = name.replace('~', "~0").replace('/', "~1");
                found.insert(format!("#/{list}/{name}"), schema);
            }
        }
        Self(found)
    }

    /// Returns the schema to which a pointer leads.
    pub(super) fn get(&self, pointer: &str) -> Option<&'a str> {
        self.0.get(pointer).copied()
    }

    /// Returns all definitions with their pointers.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0
            .iter()
            .map(|(pointer, schema)| (pointer.as_str(), *schema))
    }
}

/// Returns the members of an object, each once, with the last of its values.
pub(super) fn all_members(text: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let mut list: Vec<(Cow<'_, str>, &str)> = Vec::new();
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for member in members(text)? {
        let value = text.get(member.value)?;
        match places.get(&member.name).and_then(|at| list.get_mut(*at)) {
            Some((_, known)) => *known = value,
            None => {
                places.insert(member.name.clone(), list.len());
                list.push((member.name, value));
            }
        }
    }
    Some(list)
}

/// Returns a schema as that of an object, which the input of a tool must be. At the top of it, the API
/// refuses `anyOf`, `oneOf`, `allOf` and `$ref`: their members become members of the object.
pub(super) fn of_object(schema: &str) -> Cow<'_, str> {
    const COMBINED: &[&str] = &["anyOf", "oneOf", "allOf", "$ref"];
    let Some(members) = all_members(schema) else {
        return Cow::Borrowed(r#"{"type":"object","properties":{}}"#);
    };
    let is_combined = |name: &str| COMBINED.contains(&name);
    let combined = members.iter().any(|(name, _)| is_combined(name));
    if !combined && get(schema, "type") == Some(r#""object""#) {
        return Cow::Borrowed(schema);
    }
    let mut shape = Shape::new(schema);
    let required = shape.add(schema, 0);
    let mut out = Writer::new();
    out.open_object();
    string(&mut out, "type", "object");
    for (name, value) in members {
        let replaced = matches!(&*name, "type" | "properties" | "required")
            || is_combined(&name)
            || combined && name == "additionalProperties";
        if !replaced {
            out.member(&name);
            out.raw(value);
        }
    }
    shape.write(&required, &mut out);
    out.close_object();
    // The writer writes whole strings and ASCII only.
    Cow::Owned(String::from_utf8(out.finish().into()).unwrap_or_default())
}

/// Returns `false` for a schema that no object matches, such as that of a list.
pub(super) fn allows_object(schema: &str) -> bool {
    let mut left = MAX_COMBINED;
    can_be_object(schema, &Definitions::of(schema), 0, &mut left)
}

/// `left`: the number of schemas that are still read. Those after them count as schemas of objects.
fn can_be_object(
    schema: &str,
    definitions: &Definitions<'_>,
    depth: usize,
    left: &mut usize,
) -> bool {
    if depth > MAX_DEPTH || *left == 0 {
        return true;
    }
    *left -= 1;
    let is_object = |name: &str| text_of(name).as_deref() == Some("object");
    let kinds = get(schema, "type").map(|kind| elements(kind).unwrap_or_else(|| vec![kind]));
    if let Some(kinds) = &kinds
        && !kinds.iter().any(|kind| is_object(kind))
    {
        return false;
    }
    let constant = get(schema, "const").map(|value| vec![value]);
    if let Some(values) = constant.or_else(|| get(schema, "enum").and_then(elements))
        && !values.iter().any(|value| value.starts_with('{'))
    {
        return false;
    }
    let lists = ["items", "prefixItems"];
    if kinds.is_none()
        && get(schema, "properties").is_none()
        && lists.iter().any(|name| get(schema, name).is_some())
    {
        return false;
    }
    let target = get(schema, "$ref").and_then(text_of);
    let target = target.and_then(|pointer| definitions.get(&pointer));
    let list = |name| get(schema, name).and_then(elements).unwrap_or_default();
    let mut required = list("allOf").into_iter().chain(target);
    if !required.all(|schema| can_be_object(schema, definitions, depth + 1, left)) {
        return false;
    }
    ["anyOf", "oneOf"].into_iter().all(|name| {
        let choices = list(name);
        choices.is_empty()
            || choices
                .into_iter()
                .any(|schema| can_be_object(schema, definitions, depth + 1, left))
    })
}

/// The members that an object can have.
struct Shape<'a> {
    definitions: Definitions<'a>,
    /// The name of each member, and its schemas, of which a value matches one.
    properties: Vec<(Cow<'a, str>, Vec<&'a str>)>,
    places: HashMap<Cow<'a, str>, usize>,
    /// Number of schemas that were added.
    added: usize,
}

impl<'a> Shape<'a> {
    fn new(root: &'a str) -> Self {
        Self {
            definitions: Definitions::of(root),
            properties: Vec::new(),
            places: HashMap::new(),
            added: 0,
        }
    }

    /// Adds the members of a schema and of those that it combines, and returns the names of the
    /// required ones.
    fn add(&mut self, schema: &'a str, depth: usize) -> Vec<Cow<'a, str>> {
        self.added += 1;
        if depth > MAX_DEPTH || self.added > MAX_COMBINED {
            return Vec::new();
        }
        let properties = get(schema, "properties").and_then(all_members);
        for (name, schema) in properties.into_iter().flatten() {
            self.add_property(name, schema);
        }
        let list = |name| get(schema, name).and_then(elements).unwrap_or_default();
        let mut required: Vec<Cow<'a, str>> =
            list("required").into_iter().filter_map(text_of).collect();
        let target = get(schema, "$ref").and_then(text_of);
        let target = target.and_then(|pointer| self.definitions.get(&pointer));
        for schema in list("allOf").into_iter().chain(target) {
            required.extend(self.add(schema, depth + 1));
        }
        for name in ["anyOf", "oneOf"] {
            let mut common: Option<HashSet<Cow<'a, str>>> = None;
            let mut last = Vec::new();
            for schema in list(name) {
                last = self.add(schema, depth + 1);
                common = Some(match common {
                    None => last.iter().cloned().collect(),
                    Some(known) => {
                        let own: HashSet<Cow<'a, str>> = last.iter().cloned().collect();
                        known.intersection(&own).cloned().collect()
                    }
                });
            }
            let common = common.unwrap_or_default();
            required.extend(last.into_iter().filter(|name| common.contains(name)));
        }
        required
    }

    fn add_property(&mut self, name: Cow<'a, str>, schema: &'a str) {
        match self
            .places
            .get(&name)
            .and_then(|at| self.properties.get_mut(*at))
        {
            Some((_, schemas)) if schemas.contains(&schema) => {}
            Some((_, schemas)) => schemas.push(schema),
            None => {
                self.places.insert(name.clone(), self.properties.len());
                self.properties.push((name, vec![schema]));
            }
        }
    }

    /// Writes `properties` and `required` as members of the open object.
    fn write(&self, required: &[Cow<'a, str>], out: &mut Writer) {
        out.member("properties");
        out.open_object();
        for (name, schemas) in &self.properties {
            out.member(name);
            if let [schema] = schemas.as_slice() {
                out.raw(schema);
                continue;
            }
            out.open_object();
            out.member("anyOf");
            out.open_array();
            for schema in schemas {
                out.element();
                out.raw(schema);
            }
            out.close_array();
            out.close_object();
        }
        out.close_object();
        if required.is_empty() {
            return;
        }
        out.member("required");
        out.open_array();
        let mut written = HashSet::new();
        for name in required {
            if written.insert(name.as_ref()) {
                out.element();
                out.string(name);
            }
        }
        out.close_array();
    }
}
