//! Reading JSON Schema as far as the API's description uses it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// An OpenAPI description.
pub(crate) struct Description {
    document: Value,
}

/// What a schema allows, once references and `allOf` are out of the way.
pub(crate) enum Shape<'a> {
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

/// The members of an object.
#[derive(Default)]
pub(crate) struct Object<'a> {
    pub(crate) members: BTreeMap<&'a str, Member<'a>>,
    /// What an `allOf` says of a member in one part and otherwise in a later one, which is what is
    /// meant.
    pub(crate) overridden: Vec<(&'a str, Member<'a>)>,
    pub(crate) required: BTreeSet<&'a str>,
    /// The schema of members that are not named.
    pub(crate) others: Option<&'a Value>,
}

/// A member and who says so.
pub(crate) struct Member<'a> {
    pub(crate) schema: &'a Value,
    pub(crate) said_by: Option<&'a str>,
}

impl Description {
    pub(crate) fn new(document: Value) -> Self {
        Self { document }
    }

    /// The value under these keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter()
            .try_fold(&self.document, |value, key| value.get(key))
    }

    /// The media types and schemas of a request's or an answer's body.
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

    /// The schema of an event, out of that of a frame.
    pub(crate) fn frame<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match self.shape(schema) {
            Shape::Object(object) => object
                .members
                .get("data")
                .map_or(schema, |data| data.schema),
            _ => schema,
        }
    }

    /// The schema that a reference leads to, and its name.
    pub(crate) fn follow<'a>(&'a self, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        let (mut name, mut schema) = (None, schema);
        // A chain of references that is longer than this is a circle.
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

    /// What a schema allows; where it says so in several ways, the first of them.
    pub(crate) fn shape<'a>(&'a self, schema: &'a Value) -> Shape<'a> {
        let (name, schema) = self.follow(schema);
        self.own_shape(name, schema)
    }

    /// What a schema allows besides its [`shape`](Self::shape): what stands beside a reference, a
    /// union or simple types, the unions in an `allOf`, lists and members by place and by pattern.
    pub(crate) fn more_shapes<'a>(&'a self, schema: &'a Value) -> Vec<Shape<'a>> {
        let mut more = Vec::new();
        let (name, target) = self.follow(schema);
        let structured = |schema: &Value| {
            let keys = ["allOf", "oneOf", "anyOf", "properties", "enum", "items"];
            keys.iter().any(|key| schema.get(key).is_some())
        };
        if !std::ptr::eq(schema, target) && structured(schema) {
            more.push(self.own_shape(None, schema));
        }
        let first = self.own_shape(name, target);
        let has = |key: &str| target.get(key).is_some();
        let is = |name: &str| match target.get("type") {
            Some(Value::Array(several)) => several.iter().any(|one| one == name),
            one => one.is_some_and(|one| one == name),
        };
        if !matches!(first, Shape::Object(_)) && (has("properties") || is("object")) {
            more.push(Shape::Object(object(name, target)));
        }
        if let (false, Some(items)) = (matches!(first, Shape::Array(_)), target.get("items")) {
            more.push(Shape::Array(items));
        }
        if let (Shape::Object(_), Some(parts)) = (&first, target.get("allOf")) {
            for part in parts.as_array().into_iter().flatten() {
                match self.shape(part) {
                    Shape::Object(_) | Shape::Any => {}
                    part => more.push(part),
                }
            }
        }
        let list = |key| target.get(key).and_then(Value::as_array).into_iter();
        more.extend(list("prefixItems").flatten().map(Shape::Array));
        let patterns = target.get("patternProperties").and_then(Value::as_object);
        more.extend(patterns.into_iter().flatten().map(|(_, others)| {
            Shape::Object(Object {
                others: Some(others),
                ..Object::default()
            })
        }));
        more
    }

    fn own_shape<'a>(&'a self, name: Option<&'a str>, schema: &'a Value) -> Shape<'a> {
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.all_of(name, schema, parts);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                let branches = branches
                    .iter()
                    .filter(|branch| !is_null(self.follow(branch).1));
                return Shape::Union(branches.collect());
            }
        }
        if let Some(value) = schema.get("const") {
            return Shape::Values(vec![value]);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Shape::Values(values.iter().filter(|value| !value.is_null()).collect());
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
            [] if types.is_empty() => Shape::Any,
            ["object"] => Shape::Object(object(name, schema)),
            ["array"] => Shape::Array(
                schema
                    .get("items")
                    .or_else(|| schema.get("prefixItems")?.get(0))
                    .unwrap_or(&Value::Null),
            ),
            ref several => Shape::Simple(several.to_vec()),
        }
    }

    /// One object out of several; or, where a part is none, that part.
    fn all_of<'a>(
        &'a self,
        name: Option<&'a str>,
        schema: &'a Value,
        parts: &'a [Value],
    ) -> Shape<'a> {
        let mut whole = object(name, schema);
        let mut other = None;
        for part in parts {
            match self.shape(part) {
                Shape::Object(part) => {
                    whole.overridden.extend(part.overridden);
                    for (key, mut member) in part.members {
                        member.said_by = member.said_by.or(name);
                        if let Some(base) = whole.members.insert(key, member) {
                            whole.overridden.push((key, base));
                        }
                    }
                    whole.required.extend(part.required);
                    whole.others = whole.others.or(part.others);
                }
                // A part without a type only describes.
                Shape::Any => {}
                part => other = other.or(Some(part)),
            }
        }
        match other {
            Some(other) if whole.members.is_empty() => other,
            _ => Shape::Object(whole),
        }
    }

    /// The smallest instance of a schema: what is required and nothing else. None where that has
    /// no end.
    pub(crate) fn smallest(&self, schema: &Value) -> Option<Value> {
        self.smaller(schema, 0)
    }

    fn smaller(&self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > 24 {
            return None;
        }
        Some(match self.shape(schema) {
            Shape::Union(branches) => {
                return branches
                    .iter()
                    .find_map(|branch| self.smaller(branch, depth + 1));
            }
            Shape::Values(values) => values.first().map_or(Value::Null, |value| (*value).clone()),
            Shape::Object(object) => {
                let mut members = Map::new();
                for key in object.required {
                    if let Some(member) = object.members.get(key) {
                        members.insert(key.to_owned(), self.smaller(member.schema, depth + 1)?);
                    }
                }
                Value::Object(members)
            }
            Shape::Array(_) => json!([]),
            Shape::Simple(types) => self.simple(types.first().copied().unwrap_or_default(), schema),
            Shape::Any => json!("any"),
        })
    }

    /// The least and the most that a schema allows a number to be, where it says.
    pub(crate) fn bounds<'a>(&'a self, schema: &'a Value) -> impl Iterator<Item = &'a Value> {
        let schema = self.follow(schema).1;
        let keys = ["minimum", "maximum"].into_iter();
        keys.filter_map(|key| schema.get(key))
    }

    /// A value of a simple type, within the schema's bounds.
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

    /// The member and the value that a branch of a union is told by, where there are such.
    pub(crate) fn told_by(&self, branch: &Value) -> Option<(String, String)> {
        let constant = |schema: &Value| match self.shape(schema) {
            Shape::Values(values) => match values[..] {
                [Value::String(only)] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        };
        let Shape::Object(object) = self.shape(branch) else {
            return None;
        };
        let keys = ["type", "id"]
            .into_iter()
            .chain(object.required.iter().copied());
        let mut members = keys.filter_map(|key| Some((key, object.members.get(key)?)));
        members.find_map(|(key, member)| Some((key.to_owned(), constant(member.schema)?)))
    }
}

/// What an object says of its members, `allOf` aside.
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
                        said_by: name,
                    },
                )
            })
            .collect(),
        overridden: Vec::new(),
        required: required.filter_map(Value::as_str).collect(),
        others: others.filter(|others| others.as_object().is_some_and(|others| !others.is_empty())),
    }
}

/// Whether a schema allows null alone.
fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
        || schema
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|only| only == &[Value::Null])
}

/// A JSON type with its article, for people.
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
