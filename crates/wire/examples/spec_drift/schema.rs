//! Reader for the parts of JSON Schema that the API's description uses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// OpenAPI description.
pub(crate) struct Description {
    document: Value,
}

/// Form of a schema, with references and `allOf` resolved.
pub(crate) enum Form<'a> {
    /// One of several schemas.
    Union(Vec<&'a Value>),
    /// One of several values.
    Values(Vec<&'a Value>),
    /// An object.
    Object(Object<'a>),
    /// A list of values of one schema.
    Array(&'a Value),
    /// One of several simple types, by name.
    Simple(Vec<&'a str>),
    /// Any JSON.
    Any,
}

/// Members of an object.
#[derive(Default)]
pub(crate) struct Object<'a> {
    pub(crate) members: BTreeMap<&'a str, Member<'a>>,
    /// Members that one part of an `allOf` defines and a later part redefines. The later one is in
    /// `members`.
    pub(crate) overridden: Vec<(&'a str, Member<'a>)>,
    pub(crate) required: BTreeSet<&'a str>,
    /// Schema of members that are not named.
    pub(crate) others: Option<&'a Value>,
}

/// Member of an object and the name of the schema that defines it.
pub(crate) struct Member<'a> {
    pub(crate) schema: &'a Value,
    pub(crate) defined_by: Option<&'a str>,
}

impl Description {
    pub(crate) fn new(document: Value) -> Self {
        Self { document }
    }

    /// Returns the value under these keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter()
            .try_fold(&self.document, |value, key| value.get(key))
    }

    /// Returns the media types and schemas of a request's or response's body.
    pub(crate) fn contents<'a>(&'a self, body: Option<&'a Value>) -> Vec<(&'a str, &'a Value)> {
        let body = body.map(|body| self.follow(body).1);
        let content = body
            .and_then(|body| body.get("content"))
            .and_then(Value::as_object);
        let content = content.into_iter().flatten();
        content
            .filter_map(|(media_type, content)| Some((media_type.as_str(), content.get("schema")?)))
            .collect()
    }

    /// Returns the schema of an event from the schema of a frame.
    pub(crate) fn frame<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match self.form(schema) {
            Form::Object(object) => object
                .members
                .get("data")
                .map_or(schema, |data| data.schema),
            _ => schema,
        }
    }

    /// Follows references and returns the last schema's name and the schema.
    pub(crate) fn follow<'a>(&'a self, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        let (mut name, mut schema) = (None, schema);
        // A longer chain of references is a cycle.
        for _ in 0..32 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
                break;
            };
            let pointer = reference.trim_start_matches('#');
            let Some(target) = self.document.pointer(pointer) else {
                break;
            };
            name = reference.rsplit('/').next();
            schema = target;
        }
        (name, schema)
    }

    /// Returns the form of a schema. If it has several forms, returns the first.
    pub(crate) fn form<'a>(&'a self, schema: &'a Value) -> Form<'a> {
        let (name, schema) = self.follow(schema);
        self.own_form(name, schema)
    }

    /// Returns the other forms of a schema: keywords next to a reference, a union or simple types,
    /// unions in an `allOf`, `prefixItems` and `patternProperties`.
    pub(crate) fn more_forms<'a>(&'a self, schema: &'a Value) -> Vec<Form<'a>> {
        let mut more = Vec::new();
        let (name, target) = self.follow(schema);
        let structured = |schema: &Value| {
            let keys = ["allOf", "oneOf", "anyOf", "properties", "enum", "items"];
            keys.iter().any(|key| schema.get(key).is_some())
        };
        if !std::ptr::eq(schema, target) && structured(schema) {
            more.push(self.own_form(None, schema));
        }
        let first = self.own_form(name, target);
        let has = |key: &str| target.get(key).is_some();
        let is = |name: &str| match target.get("type") {
            Some(Value::Array(several)) => several.iter().any(|one| one == name),
            one => one.is_some_and(|one| one == name),
        };
        if !matches!(first, Form::Object(_)) && (has("properties") || is("object")) {
            more.push(Form::Object(object(name, target)));
        }
        if let (false, Some(items)) = (matches!(first, Form::Array(_)), target.get("items")) {
            more.push(Form::Array(items));
        }
        if let (Form::Object(_), Some(parts)) = (&first, target.get("allOf")) {
            for part in parts.as_array().into_iter().flatten() {
                match self.form(part) {
                    Form::Object(_) | Form::Any => {}
                    part => more.push(part),
                }
            }
        }
        let list = |key| target.get(key).and_then(Value::as_array).into_iter();
        more.extend(list("prefixItems").flatten().map(Form::Array));
        let patterns = target.get("patternProperties").and_then(Value::as_object);
        more.extend(patterns.into_iter().flatten().map(|(_, others)| {
            Form::Object(Object {
                others: Some(others),
                ..Object::default()
            })
        }));
        more
    }

    fn own_form<'a>(&'a self, name: Option<&'a str>, schema: &'a Value) -> Form<'a> {
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.all_of(name, schema, parts);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                let branches = branches
                    .iter()
                    .filter(|branch| !is_null(self.follow(branch).1));
                return Form::Union(branches.collect());
            }
        }
        if let Some(value) = schema.get("const") {
            return Form::Values(vec![value]);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Form::Values(values.iter().filter(|value| !value.is_null()).collect());
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ if schema.get("properties").is_some() => vec!["object"],
            _ => vec![],
        };
        match types
            .iter()
            .filter(|name| **name != "null")
            .copied()
            .collect::<Vec<_>>()[..]
        {
            [] if types.is_empty() => Form::Any,
            ["object"] => Form::Object(object(name, schema)),
            ["array"] => Form::Array(
                schema
                    .get("items")
                    .or_else(|| schema.get("prefixItems")?.get(0))
                    .unwrap_or(&Value::Null),
            ),
            ref several => Form::Simple(several.to_vec()),
        }
    }

    /// Merges the parts of an `allOf` into one object. If a part is not an object, returns that
    /// part.
    fn all_of<'a>(
        &'a self,
        name: Option<&'a str>,
        schema: &'a Value,
        parts: &'a [Value],
    ) -> Form<'a> {
        let mut whole = object(name, schema);
        let mut other = None;
        for part in parts {
            match self.form(part) {
                Form::Object(part) => {
                    whole.overridden.extend(part.overridden);
                    for (key, mut member) in part.members {
                        member.defined_by = member.defined_by.or(name);
                        if let Some(base) = whole.members.insert(key, member) {
                            whole.overridden.push((key, base));
                        }
                    }
                    whole.required.extend(part.required);
                    whole.others = whole.others.or(part.others);
                }
                // A part without a type only adds a description.
                Form::Any => {}
                part => other = other.or(Some(part)),
            }
        }
        match other {
            Some(other) if whole.members.is_empty() => other,
            _ => Form::Object(whole),
        }
    }

    /// Returns the smallest instance of a schema: only required members. Returns `None` if the
    /// schema is endlessly recursive.
    pub(crate) fn smallest(&self, schema: &Value) -> Option<Value> {
        self.smaller(schema, 0)
    }

    fn smaller(&self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > 24 {
            return None;
        }
        Some(match self.form(schema) {
            Form::Union(branches) => {
                return branches
                    .iter()
                    .find_map(|branch| self.smaller(branch, depth + 1));
            }
            Form::Values(values) => values.first().map_or(Value::Null, |value| (*value).clone()),
            Form::Object(object) => {
                let mut members = Map::new();
                for key in object.required {
                    if let Some(member) = object.members.get(key) {
                        members.insert(key.to_owned(), self.smaller(member.schema, depth + 1)?);
                    }
                }
                Value::Object(members)
            }
            Form::Array(_) => json!([]),
            Form::Simple(types) => self.simple(types.first().copied().unwrap_or_default(), schema),
            Form::Any => json!("any"),
        })
    }

    /// Returns the minimum and maximum of a number, if the schema defines them.
    pub(crate) fn bounds<'a>(&'a self, schema: &'a Value) -> impl Iterator<Item = &'a Value> {
        let schema = self.follow(schema).1;
        let keys = ["minimum", "maximum"].into_iter();
        keys.filter_map(|key| schema.get(key))
    }

    /// Returns a value of a simple type within the schema's bounds.
    pub(crate) fn simple(&self, name: &str, schema: &Value) -> Value {
        let schema = self.follow(schema).1;
        let bound = |key| schema.get(key).and_then(Value::as_f64);
        let within = |value: f64| {
            value
                .max(bound("minimum").unwrap_or(value))
                .min(bound("maximum").unwrap_or(f64::MAX))
        };
        match name {
            "integer" => json!(within(1.0).ceil() as i64),
            "number" => json!(within(0.5)),
            "boolean" => json!(true),
            "array" => json!([]),
            "object" => json!({}),
            _ => json!("text"),
        }
    }

    /// Returns the member and its constant value that identify a branch of a union.
    pub(crate) fn discriminator(&self, branch: &Value) -> Option<(String, String)> {
        let constant = |schema: &Value| match self.form(schema) {
            Form::Values(values) => match values[..] {
                [Value::String(only)] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        };
        let Form::Object(object) = self.form(branch) else {
            return None;
        };
        let keys = ["type", "id"]
            .into_iter()
            .chain(object.required.iter().copied());
        let mut members = keys.filter_map(|key| Some((key, object.members.get(key)?)));
        members.find_map(|(key, member)| Some((key.to_owned(), constant(member.schema)?)))
    }
}

/// Returns the members that an object schema defines, without those of an `allOf`.
fn object<'a>(name: Option<&'a str>, schema: &'a Value) -> Object<'a> {
    let members = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let required = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let others = schema.get("additionalProperties");
    Object {
        members: members
            .map(|(key, schema)| {
                (
                    key.as_str(),
                    Member {
                        schema,
                        defined_by: name,
                    },
                )
            })
            .collect(),
        overridden: Vec::new(),
        required: required.filter_map(Value::as_str).collect(),
        others: others.filter(|others| others.as_object().is_some_and(|others| !others.is_empty())),
    }
}

/// Returns `true` if a schema allows only null.
fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
        || schema
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|only| only == &[Value::Null])
}

/// Returns the name of a JSON type with its article.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
