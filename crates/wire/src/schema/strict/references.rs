//! Definitions: their names, and the queue of those that are still to be changed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value};

use super::super::error::Fault;
use super::super::name::{api_name, numbered};
use super::keywords::{REFERENCE, has_constraints_beside, invalid};

/// Maximum length of a chain of references that lead to references.
const MAX_HOPS: usize = 32;

/// References of a schema, and the definitions that they lead to.
///
/// Strict schemas allow no keywords beside `$ref`, so a described reference leads to a copy of the
/// definition that has this description. Equal descriptions share a copy. Definitions without references
/// are left out.
pub(super) struct References<'a> {
    type_name: &'a str,
    root: &'a Value,
    /// Name of each definition, by the original reference and the description.
    names: BTreeMap<(String, Option<String>), String>,
    used_names: BTreeSet<String>,
    queue: VecDeque<Definition>,
}

/// A definition that is still to be changed.
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) schema: Value,
    /// Path of the first member that refers to it.
    pub(super) path: String,
}

impl<'a> References<'a> {
    pub(super) fn new(type_name: &'a str, root: &'a Value) -> Self {
        Self {
            type_name,
            root,
            names: BTreeMap::new(),
            used_names: BTreeSet::new(),
            queue: VecDeque::new(),
        }
    }

    /// Returns the next definition to change.
    pub(super) fn next(&mut self) -> Option<Definition> {
        self.queue.pop_front()
    }

    /// Returns a reference to a definition with this description, which is queued if it is new.
    pub(super) fn link(
        &mut self,
        reference: &str,
        description: Option<&str>,
        path: &str,
    ) -> Result<Value, Fault> {
        let (reference, target) = self.follow(reference, path)?;
        if reference == "#" && description.is_none() {
            return Ok(to("#".to_owned()));
        }
        let key = (reference.to_owned(), description.map(str::to_owned));
        if let Some(name) = self.names.get(&key) {
            return Ok(to(format!("#/$defs/{name}")));
        }
        let mut schema = target.clone();
        if let (Some(text), Value::Object(schema)) = (description, &mut schema) {
            schema.insert("description".to_owned(), text.into());
        }
        let name = self.unused_name(reference);
        self.names.insert(key, name.clone());
        let link = to(format!("#/$defs/{name}"));
        let path = path.to_owned();
        self.queue.push_back(Definition { name, schema, path });
        Ok(link)
    }

    /// Returns the schema that a reference leads to, past references without other keywords.
    pub(super) fn target(&self, reference: &str, path: &str) -> Result<&'a Value, Fault> {
        self.follow(reference, path).map(|(_, target)| target)
    }

    fn follow<'b>(&self, reference: &'b str, path: &str) -> Result<(&'b str, &'a Value), Fault>
    where
        'a: 'b,
    {
        let mut reference = reference;
        for _ in 0..MAX_HOPS {
            let Some(target) = lookup(self.root, reference) else {
                let reason = format!("the reference {reference} leads nowhere");
                return Err(invalid(path, reason));
            };
            let next = target.get(REFERENCE).and_then(Value::as_str);
            match (next, target.as_object()) {
                (Some(next), Some(node)) if !has_constraints_beside(node, &[REFERENCE]) => {
                    reference = next;
                }
                _ => return Ok((reference, target)),
            }
        }
        let reason = format!("the reference {reference} leads to itself");
        Err(invalid(path, reason))
    }

    fn unused_name(&mut self, reference: &str) -> String {
        let own = match reference.rsplit_once('/') {
            Some((_, last)) => decode(last),
            None => self.type_name.to_owned(),
        };
        let own = api_name(&own);
        let mut name = own.clone();
        let mut number = 2;
        while !self.used_names.insert(name.clone()) {
            name = numbered(&own, number);
            number += 1;
        }
        name
    }
}

fn to(reference: String) -> Value {
    let mut node = Map::new();
    node.insert(REFERENCE.to_owned(), Value::String(reference));
    Value::Object(node)
}

/// Returns the value at a reference, a JSON pointer in a URI fragment.
fn lookup<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    let exact = root.pointer(pointer);
    exact.or_else(|| root.pointer(&percent_decoded(pointer)))
}

/// Returns the name in the last part of a reference.
fn decode(part: &str) -> String {
    percent_decoded(part).replace("~1", "/").replace("~0", "~")
}

/// Decodes percent encoding. Leaves text that is not encoded as it is.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| first == b'%');
        let byte = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(first));
        rest = if byte.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}
