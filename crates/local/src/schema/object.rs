//! Rewrites the constraints on objects.

use serde_json::{Map, Value, json};

use super::change::member;
use super::refs::resolve;
use super::rewrite::{CONFLICT, Rewriter, UNSUPPORTED, combines};

/// Maximum number of nodes that are searched for declared members.
const MAX_BRANCHES: usize = 64;

impl Rewriter<'_> {
    pub(super) fn objects(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        self.properties(members, own, at);
        if let Some(node) = members.get("additionalProperties") {
            let node = self.node(node, &member(at, "additionalProperties"));
            own.insert("additionalProperties".to_owned(), node);
        }
        self.pattern_properties(members, own, at);
        self.property_names(members, own, at);
        self.unevaluated_properties(members, own, at);
        self.required(members, own, at);
        self.property_counts(members, own, at);
    }

    fn properties(&mut self, members: &Map<String, Value>, own: &mut Map<String, Value>, at: &str) {
        let path = member(at, "properties");
        match members.get("properties") {
            None => {}
            Some(Value::Object(declared)) => {
                let nodes = declared
                    .iter()
                    .map(|(name, node)| (name.clone(), self.node(node, &member(&path, name))))
                    .collect();
                own.insert("properties".to_owned(), Value::Object(nodes));
            }
            Some(_) => self.change(&path, "must be an object of schemas"),
        }
    }

    fn pattern_properties(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        let path = member(at, "patternProperties");
        let patterns = match members.get("patternProperties") {
            None => return,
            Some(Value::Object(patterns)) => patterns,
            Some(_) => return self.change(&path, "must be an object of schemas"),
        };
        let mut kept = Map::new();
        for (pattern, node) in patterns {
            let name_path = member(&path, pattern);
            let node = self.node(node, &name_path);
            let supported = self.is_supported_pattern(&json!(pattern));
            kept.insert(pattern.clone(), node);
            // Patterns that match the same name are not supported.
            if !supported
                || !self
                    .compiler
                    .parses(&json!({"patternProperties": anything(&kept)}))
            {
                let reason = if supported {
                    "matches names that another pattern matches too"
                } else {
                    "is a pattern that is not supported"
                };
                self.change(&name_path, reason);
                kept.remove(pattern);
                // The names that it matched must stay allowed, with any value.
                own.remove("additionalProperties");
                if supported {
                    kept.clear();
                    break;
                }
            }
        }
        if !kept.is_empty() {
            own.insert("patternProperties".to_owned(), Value::Object(kept));
        }
    }

    /// Replaces `propertyNames` by equivalent members or patterns, if possible.
    fn property_names(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        let path = member(at, "propertyNames");
        let Some(names) = members.get("propertyNames") else {
            return;
        };
        let referenced = names
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| resolve(self.document, text))
            .map(|(target, _)| target);
        let names = referenced.unwrap_or(names);
        let constrains = |key: &&String| {
            !matches!(
                key.as_str(),
                "title" | "description" | "$schema" | "$id" | "default" | "examples" | "$comment"
            )
        };
        let keys: Vec<&str> = match names {
            Value::Bool(true) => return,
            Value::Object(names) => names
                .keys()
                .filter(constrains)
                .map(String::as_str)
                .collect(),
            _ => return self.change(&path, UNSUPPORTED),
        };
        let names_are_strings = names.get("type").is_none_or(|name| name == "string");
        let plain = !own.contains_key("properties") && !own.contains_key("patternProperties");
        let values = own.get("additionalProperties").cloned();
        let values = values.unwrap_or(Value::Bool(true));
        let listed = match (names.get("enum"), names.get("const")) {
            (Some(Value::Array(list)), None) => Some(list.clone()),
            (None, Some(value)) => Some(vec![value.clone()]),
            _ => None,
        };
        let only = |allowed: &[&str]| keys.iter().all(|key| allowed.contains(key));
        if only(&["type"]) && names_are_strings {
            return;
        }
        if !plain || !names_are_strings {
            return self.change(&path, UNSUPPORTED);
        }
        if let Some(listed) = listed.filter(|_| only(&["type", "enum", "const"])) {
            let declared = listed
                .iter()
                .filter_map(Value::as_str)
                .map(|name| (name.to_owned(), values.clone()))
                .collect();
            own.insert("properties".to_owned(), Value::Object(declared));
        } else if let Some(Value::String(pattern)) =
            names.get("pattern").filter(|_| only(&["type", "pattern"]))
            && self.is_supported_pattern(&json!(pattern))
        {
            own.insert("patternProperties".to_owned(), json!({pattern: values}));
        } else {
            return self.change(&path, UNSUPPORTED);
        }
        own.insert("additionalProperties".to_owned(), Value::Bool(false));
    }

    fn unevaluated_properties(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        let path = member(at, "unevaluatedProperties");
        let node = match members.get("unevaluatedProperties") {
            None | Some(Value::Bool(true)) => return,
            Some(_) if members.contains_key("additionalProperties") => return,
            Some(node) => node,
        };
        if !combines(members) {
            let node = self.node(node, &path);
            own.insert("additionalProperties".to_owned(), node);
            return;
        }
        let mut names = Vec::new();
        let mut branches = 0;
        if *node != false || !self.declared(members, &mut names, &mut branches) {
            return self.change(&path, UNSUPPORTED);
        }
        // The branches constrain the values of these members.
        let declared = own.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(declared) = declared {
            for name in names {
                declared.entry(name).or_insert(Value::Bool(true));
            }
        }
        own.insert("additionalProperties".to_owned(), Value::Bool(false));
    }

    /// Collects the members that a node and its branches declare. Returns `false` if they may allow
    /// other members.
    fn declared(
        &self,
        members: &Map<String, Value>,
        names: &mut Vec<String>,
        branches: &mut usize,
    ) -> bool {
        const OPEN: [&str; 9] = [
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "not",
            "if",
            "dependentSchemas",
            "dependencies",
            "$dynamicRef",
            "$recursiveRef",
        ];
        *branches += 1;
        let open = |key: &str| {
            let value = members.get(key);
            value.is_some_and(|value| key != "additionalProperties" || *value != false)
        };
        if *branches > MAX_BRANCHES || OPEN.iter().any(|key| open(key)) {
            return false;
        }
        if let Some(Value::Object(properties)) = members.get("properties") {
            names.extend(properties.keys().cloned());
        }
        if let Some(reference) = members.get("$ref") {
            let target = reference
                .as_str()
                .and_then(|text| resolve(self.document, text));
            let Some((Value::Object(target), _)) = target else {
                return false;
            };
            if !self.declared(target, names, branches) {
                return false;
            }
        }
        ["allOf", "anyOf", "oneOf"].iter().all(|key| {
            let list = members.get(*key).and_then(Value::as_array);
            list.into_iter().flatten().all(|branch| {
                branch
                    .as_object()
                    .is_some_and(|branch| self.declared(branch, names, branches))
            })
        })
    }

    fn required(&mut self, members: &Map<String, Value>, own: &mut Map<String, Value>, at: &str) {
        let path = member(at, "required");
        let listed = match members.get("required") {
            None => return,
            Some(Value::Array(listed)) => listed,
            // In draft 3, `required` is a flag of the member.
            Some(_) => return self.change(&path, "must be a list of names"),
        };
        let closed = own.get("additionalProperties") == Some(&Value::Bool(false))
            && !own.contains_key("patternProperties");
        let mut names: Vec<&str> = Vec::new();
        for name in listed {
            let Some(name) = name.as_str() else {
                self.change(&path, "must be a list of names");
                continue;
            };
            let declared = own.get("properties").and_then(|nodes| nodes.get(name));
            let possible = match declared {
                Some(node) => *node != false,
                None => !closed,
            };
            if !possible {
                self.change(&path, "names a member that is not allowed");
            } else if !names.contains(&name) {
                names.push(name);
            }
        }
        if !names.is_empty() {
            own.insert("required".to_owned(), json!(names));
        }
    }

    /// Keeps `minProperties` and `maxProperties` where llguidance implements them: if all declared
    /// members are required, or if the count concerns exactly one more member.
    fn property_counts(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        let mut low = self.count(members, "minProperties", at);
        let mut high = self.count(members, "maxProperties", at);
        if let (Some(least), Some(most)) = (low, high)
            && least > most
        {
            self.change(&member(at, "minProperties"), CONFLICT);
            return;
        }
        let length = |key: &str| match own.get(key) {
            Some(Value::Object(nodes)) => nodes.len() as u64,
            Some(Value::Array(names)) => names.len() as u64,
            _ => 0,
        };
        let (declared, required) = (length("properties"), length("required"));
        let closed = own.get("additionalProperties") == Some(&Value::Bool(false))
            && !own.contains_key("patternProperties");
        // Drops the counts that other keywords imply.
        low = low.filter(|low| *low > required);
        high = high.filter(|high| !closed || *high < declared);
        for (key, count) in [("minProperties", low), ("maxProperties", high)] {
            let Some(count) = count else { continue };
            own.insert(key.to_owned(), json!(count));
            let mut names = own.clone();
            for key in ["properties", "patternProperties"] {
                if let Some(Value::Object(nodes)) = names.get_mut(key) {
                    *nodes = anything(nodes);
                }
            }
            names.insert("type".to_owned(), json!("object"));
            if names
                .get("additionalProperties")
                .is_some_and(|node| *node != false)
            {
                names.remove("additionalProperties");
            }
            if !self.compiler.parses(&Value::Object(names)) {
                own.remove(key);
                self.change(&member(at, key), UNSUPPORTED);
            }
        }
    }
}

/// Returns a map of the same names that allows any values.
fn anything(nodes: &Map<String, Value>) -> Map<String, Value> {
    nodes
        .keys()
        .map(|name| (name.clone(), Value::Bool(true)))
        .collect()
}
