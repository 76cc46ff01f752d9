//! Walks through a description and checks that the types model everything in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use orouter_wire::{ErrorResponse, Response, ResponsesRequest, StreamEvent, Wire, from_str};
use serde_json::{Value, json};

use crate::schema::{Description, Form, kind};

/// Kind of value that is decoded.
#[derive(Clone, Copy)]
enum Root {
    Request,
    Response,
    Event,
    Error,
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Event => "event",
            Self::Error => "error",
        })
    }
}

/// Position in an instance. The instance is the smallest that has the position.
#[derive(Clone)]
struct Position {
    root: Root,
    instance: Value,
    pointer: Vec<String>,
    /// `true` if it is enough that the schema allows the value without naming it.
    allowed: bool,
}

/// Walk through a description.
pub(crate) struct Probe<'a> {
    description: &'a Description,
    /// Elements that are not modelled, by schema, each with the first position at which it was
    /// found.
    findings: BTreeMap<(String, String), String>,
    /// Named schemas that contain the current position.
    inside: Vec<&'a str>,
    seen: BTreeSet<&'a str>,
    tries: usize,
}

impl<'a> Probe<'a> {
    /// Walks through all schemas of `POST /responses`.
    pub(crate) fn new(description: &'a Description) -> Result<Self, String> {
        let mut probe = Self {
            description,
            findings: BTreeMap::new(),
            inside: Vec::new(),
            seen: BTreeSet::new(),
            tries: 0,
        };
        for (root, schema) in roots(description)? {
            let instance = description.smallest(schema).unwrap_or(json!({}));
            let position = Position {
                root,
                instance,
                pointer: Vec::new(),
                allowed: false,
            };
            probe.walk(schema, &format!("the {root}"), &position);
        }
        Ok(probe)
    }

    /// Returns the elements that are not modelled: schema, element and position.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.findings
            .iter()
            .map(|((schema, element), position)| (&**schema, &**element, &**position))
    }

    /// Returns the number of named schemas in the walk.
    pub(crate) fn schemas(&self) -> usize {
        self.seen.len()
    }

    /// Returns the number of decoded instances.
    pub(crate) fn tries(&self) -> usize {
        self.tries
    }

    /// Walks through a schema at a position that holds an instance of it. `label` names the schema
    /// if it has no name of its own.
    fn walk(&mut self, schema: &'a Value, label: &str, position: &Position) {
        let description = self.description;
        let name = description.follow(schema).0;
        if let Some(name) = name {
            if self.inside.contains(&name) {
                return;
            }
            self.seen.insert(name);
            self.inside.push(name);
        }
        let label = name.unwrap_or(label);
        self.walk_form(schema, description.form(schema), label, position);
        for form in description.more_forms(schema) {
            let position = match (&form, position.value()) {
                (Form::Object(_), Some(Value::Object(_))) => position.clone(),
                (Form::Object(_), _) => position.with(json!({})),
                _ => position.clone(),
            };
            self.walk_form(schema, form, label, &position);
        }
        if name.is_some() {
            self.inside.pop();
        }
    }

    /// Walks through one form of a schema.
    fn walk_form(&mut self, schema: &'a Value, form: Form<'a>, label: &str, position: &Position) {
        let description = self.description;
        match form {
            Form::Union(branches) => self.branches(&branches, label, position),
            Form::Values(values) => {
                for value in values {
                    self.check(
                        &position.with(value.clone()),
                        label,
                        &format!("value {value}"),
                    );
                }
            }
            Form::Object(object) => {
                let overridden = object.overridden.iter().map(|(key, member)| (key, member));
                for (key, member) in object.members.iter().chain(overridden) {
                    let Some(value) = description.smallest(member.schema) else {
                        continue;
                    };
                    let position = position.member(key, value);
                    let defined_by = member.defined_by.unwrap_or(label);
                    self.seen.extend(member.defined_by);
                    let element = format!("member `{key}`: {}", self.describe(member.schema));
                    // In an open object a name counts as modelled if `null` decodes for it: `null`
                    // fits every field except a union's tag.
                    let known = self.models(&position)
                        || (self.models(&position.with(Value::Null))
                            && self.models(&position.allowed()));
                    if self.record(known, &position, defined_by, &element) {
                        self.walk(member.schema, &format!("{defined_by}.{key}"), &position);
                    }
                }
                if let Some(others) = object.others {
                    let Some(value) = description.smallest(others) else {
                        return;
                    };
                    let position = position.member("any", value).allowed();
                    let element = format!("member of any name: {}", self.describe(others));
                    if self.check(&position, label, &element) {
                        self.walk(others, &format!("{label}.*"), &position);
                    }
                }
            }
            Form::Array(items) => {
                let Some(value) = description.smallest(items) else {
                    return;
                };
                let position = position.with(json!([])).element(value);
                if self.check(
                    &position,
                    label,
                    &format!("type: a list of {}", self.describe(items)),
                ) {
                    self.walk(items, &format!("{label}[]"), &position);
                }
            }
            Form::Simple(types) => {
                for one in types {
                    let value = description.simple(one, schema);
                    let element = format!("type: {}", kind(&value));
                    self.check(&position.with(value).allowed(), label, &element);
                }
                for bound in description.bounds(schema) {
                    let element = format!("numbers up to {bound}");
                    self.check(&position.with(bound.clone()).allowed(), label, &element);
                }
            }
            Form::Any => {
                for value in [
                    json!("any"),
                    json!(1.5),
                    json!(true),
                    json!([1]),
                    json!({"any": 1}),
                ] {
                    self.check(
                        &position.with(value.clone()).allowed(),
                        label,
                        &format!("type: {}", kind(&value)),
                    );
                }
            }
        }
    }

    fn branches(&mut self, branches: &[&'a Value], label: &str, position: &Position) {
        for branch in branches {
            let Some(value) = self.description.smallest(branch) else {
                continue;
            };
            let position = position.with(value);
            let name = self.description.follow(branch).0;
            let Some((key, constant)) = self.description.discriminator(branch) else {
                // A branch without a constant may be the one that allows all other values.
                let element = format!("variant: {}", self.describe(branch));
                if self.check(&position.allowed(), label, &element) && self.models(&position) {
                    self.walk(branch, label, &position);
                }
                continue;
            };
            let name = name.map(|name| format!(": {name}")).unwrap_or_default();
            let element = format!("variant {constant:?}{name}");
            // The probe includes the member with the constant: a union by JSON type accepts any
            // object.
            let telling = position.member(&key, Value::String(constant.clone()));
            if self.check(&telling, label, &element) {
                self.walk(branch, &format!("{label}[{constant}]"), &position);
            }
        }
    }

    /// Describes the values of a schema for the output.
    fn describe(&self, schema: &Value) -> String {
        match (
            self.description.follow(schema).0,
            self.description.smallest(schema),
        ) {
            (Some(name), _) => name.to_owned(),
            (None, Some(value)) => kind(&value).to_owned(),
            (None, None) => "something".to_owned(),
        }
    }

    /// Returns `true` if the types model the instance at the position; otherwise records a finding.
    fn check(&mut self, position: &Position, schema: &str, element: &str) -> bool {
        let modelled = self.models(position);
        self.record(modelled, position, schema, element)
    }

    /// Records a finding unless `modelled` is `true`.
    fn record(&mut self, modelled: bool, position: &Position, schema: &str, element: &str) -> bool {
        if !modelled {
            let position = format!("{} {}", position.root, position.json_pointer());
            let position = position.trim_end().to_owned();
            self.findings
                .entry((schema.to_owned(), element.to_owned()))
                .or_insert(position);
        }
        modelled
    }

    fn models(&mut self, position: &Position) -> bool {
        self.tries += 1;
        let text = position.instance.to_string();
        let untyped = match position.root {
            Root::Request => untyped::<ResponsesRequest>(&text, position.allowed),
            Root::Response => untyped::<Response>(&text, position.allowed),
            Root::Event => untyped::<StreamEvent>(&text, position.allowed),
            Root::Error => untyped::<ErrorResponse>(&text, position.allowed),
        };
        let pointer = position.json_pointer();
        let covers = |untyped: &String| {
            let rest = pointer.strip_prefix(untyped.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        untyped.is_some_and(|untyped| !untyped.iter().any(covers))
    }
}

/// Returns pointers to values that are kept untyped, or `None` if the text cannot be decoded.
fn untyped<T: Wire>(text: &str, allowed: bool) -> Option<Vec<String>> {
    let value: T = from_str(text).ok()?;
    Some(if allowed {
        value.unknown()
    } else {
        orouter_wire::__glue::unnamed(&value)
    })
}

impl Position {
    fn json_pointer(&self) -> String {
        let names = self.pointer.iter();
        names
            .map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")))
            .collect()
    }

    /// Returns the value at the position.
    fn value(&self) -> Option<&Value> {
        self.instance.pointer(&self.json_pointer())
    }

    /// Returns the same position with `allowed` set.
    fn allowed(&self) -> Self {
        Self {
            allowed: true,
            ..self.clone()
        }
    }

    /// Returns the same position with another value.
    fn with(&self, value: Value) -> Self {
        let mut position = self.clone();
        if let Some(slot) = position.instance.pointer_mut(&self.json_pointer()) {
            *slot = value;
        }
        position
    }

    /// Returns the position of a member of the object at this position.
    fn member(&self, key: &str, value: Value) -> Self {
        let mut position = self.clone();
        if let Some(Value::Object(members)) = position.instance.pointer_mut(&self.json_pointer()) {
            members.insert(key.to_owned(), value);
        }
        position.pointer.push(key.to_owned());
        position
    }

    /// Returns the position of the first element of the list at this position.
    fn element(&self, value: Value) -> Self {
        let mut position = self.clone();
        if let Some(Value::Array(elements)) = position.instance.pointer_mut(&self.json_pointer()) {
            elements.insert(0, value);
        }
        position.pointer.push("0".to_owned());
        position
    }
}

/// Returns the schemas of the request, the responses and the errors of `POST /responses`.
fn roots(description: &Description) -> Result<Vec<(Root, &Value)>, String> {
    let operation = description
        .at(&["paths", "/responses", "post"])
        .ok_or("it does not describe POST /responses")?;
    let mut roots = Vec::new();
    for (_, schema) in description.contents(operation.get("requestBody")) {
        roots.push((Root::Request, schema));
    }
    let responses = operation.get("responses").and_then(Value::as_object);
    for (status, response) in responses.into_iter().flatten() {
        for (media_type, schema) in description.contents(Some(response)) {
            roots.push(
                match (status.starts_with('2'), media_type.contains("event-stream")) {
                    (true, true) => (Root::Event, description.frame(schema)),
                    (true, false) => (Root::Response, schema),
                    (false, _) => (Root::Error, schema),
                },
            );
        }
    }
    match &roots[..] {
        [(Root::Request, _), (..), ..] => Ok(roots),
        _ => Err("it has no schemas for element POST /responses takes and gives".to_owned()),
    }
}
