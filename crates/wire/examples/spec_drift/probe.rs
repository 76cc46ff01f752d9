//! Walking through a description and asking the types about everything in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use orouter_wire::{ErrorResponse, Response, ResponsesRequest, StreamEvent, Wire, from_str};
use serde_json::{Value, json};

use crate::schema::{Description, Shape, kind};

/// What is decoded.
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

/// A place in an instance: the smallest that has the place at all.
#[derive(Clone)]
struct Place {
    root: Root,
    instance: Value,
    pointer: Vec<String>,
    /// That the schema allows what is there, without naming it, is enough.
    allowed: bool,
}

/// The walk.
pub(crate) struct Probe<'a> {
    description: &'a Description,
    /// What is not modelled, by schema, with the first place that showed it.
    findings: BTreeMap<(String, String), String>,
    /// The named schemas that lead to where the walk is.
    inside: Vec<&'a str>,
    seen: BTreeSet<&'a str>,
    tries: usize,
}

impl<'a> Probe<'a> {
    /// Walks through all that `POST /responses` takes and gives.
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
            let place = Place {
                root,
                instance,
                pointer: Vec::new(),
                allowed: false,
            };
            probe.walk(schema, &format!("the {root}"), &place);
        }
        Ok(probe)
    }

    /// What is not modelled: the schema, what of it, and where.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.findings
            .iter()
            .map(|((schema, what), place)| (&**schema, &**what, &**place))
    }

    /// How many named schemas were walked through.
    pub(crate) fn schemas(&self) -> usize {
        self.seen.len()
    }

    /// How many instances were decoded.
    pub(crate) fn tries(&self) -> usize {
        self.tries
    }

    /// Walks through a schema at a place that holds an instance of it. `told` is what to call it
    /// when it has no name.
    fn walk(&mut self, schema: &'a Value, told: &str, place: &Place) {
        let description = self.description;
        let name = description.follow(schema).0;
        if let Some(name) = name {
            if self.inside.contains(&name) {
                return;
            }
            self.seen.insert(name);
            self.inside.push(name);
        }
        let told = name.unwrap_or(told);
        self.inside_of(schema, description.shape(schema), told, place);
        for shape in description.more_shapes(schema) {
            let place = match (&shape, place.value()) {
                (Shape::Object(_), Some(Value::Object(_))) => place.clone(),
                (Shape::Object(_), _) => place.with(json!({})),
                _ => place.clone(),
            };
            self.inside_of(schema, shape, told, &place);
        }
        if name.is_some() {
            self.inside.pop();
        }
    }

    /// Walks through one shape of a schema.
    fn inside_of(&mut self, schema: &'a Value, shape: Shape<'a>, told: &str, place: &Place) {
        let description = self.description;
        match shape {
            Shape::Union(branches) => self.branches(&branches, told, place),
            Shape::Values(values) => {
                for value in values {
                    self.ask(&place.with(value.clone()), told, &format!("value {value}"));
                }
            }
            Shape::Object(object) => {
                let overridden = object.overridden.iter().map(|(key, member)| (key, member));
                for (key, member) in object.members.iter().chain(overridden) {
                    let Some(value) = description.smallest(member.schema) else {
                        continue;
                    };
                    let place = place.member(key, value);
                    let said_by = member.said_by.unwrap_or(told);
                    self.seen.extend(member.said_by);
                    let what = format!("member `{key}`: {}", self.form(member.schema));
                    // Where anything is allowed, a name is known if null goes with it, which fits
                    // every field but a union's tag.
                    let known = self.models(&place)
                        || (self.models(&place.with(Value::Null)) && self.models(&place.allowed()));
                    if self.found(known, &place, said_by, &what) {
                        self.walk(member.schema, &format!("{said_by}.{key}"), &place);
                    }
                }
                if let Some(others) = object.others {
                    let Some(value) = description.smallest(others) else {
                        return;
                    };
                    let place = place.member("any", value).allowed();
                    let what = format!("member of any name: {}", self.form(others));
                    if self.ask(&place, told, &what) {
                        self.walk(others, &format!("{told}.*"), &place);
                    }
                }
            }
            Shape::Array(items) => {
                let Some(value) = description.smallest(items) else {
                    return;
                };
                let place = place.with(json!([])).element(value);
                if self.ask(
                    &place,
                    told,
                    &format!("type: a list of {}", self.form(items)),
                ) {
                    self.walk(items, &format!("{told}[]"), &place);
                }
            }
            Shape::Simple(types) => {
                for one in types {
                    let value = description.simple(one, schema);
                    let what = format!("type: {}", kind(&value));
                    self.ask(&place.with(value).allowed(), told, &what);
                }
                for bound in description.bounds(schema) {
                    let what = format!("numbers up to {bound}");
                    self.ask(&place.with(bound.clone()).allowed(), told, &what);
                }
            }
            Shape::Any => {
                for value in [
                    json!("any"),
                    json!(1.5),
                    json!(true),
                    json!([1]),
                    json!({"any": 1}),
                ] {
                    self.ask(
                        &place.with(value.clone()).allowed(),
                        told,
                        &format!("type: {}", kind(&value)),
                    );
                }
            }
        }
    }

    fn branches(&mut self, branches: &[&'a Value], told: &str, place: &Place) {
        for branch in branches {
            let Some(value) = self.description.smallest(branch) else {
                continue;
            };
            let place = place.with(value);
            let name = self.description.follow(branch).0;
            let Some((key, constant)) = self.description.told_by(branch) else {
                // Without a constant to tell it by, it may be a branch that allows the rest.
                let what = format!("variant: {}", self.form(branch));
                if self.ask(&place.allowed(), told, &what) && self.models(&place) {
                    self.walk(branch, told, &place);
                }
                continue;
            };
            let name = name.map(|name| format!(": {name}")).unwrap_or_default();
            let what = format!("variant {constant:?}{name}");
            // Asked at the member that tells, too: a union that goes by JSON type takes any object.
            let telling = place.member(&key, Value::String(constant.clone()));
            if self.ask(&telling, told, &what) {
                self.walk(branch, &format!("{told}[{constant}]"), &place);
            }
        }
    }

    /// What a schema takes, for people.
    fn form(&self, schema: &Value) -> String {
        match (
            self.description.follow(schema).0,
            self.description.smallest(schema),
        ) {
            (Some(name), _) => name.to_owned(),
            (None, Some(value)) => kind(&value).to_owned(),
            (None, None) => "something".to_owned(),
        }
    }

    /// Whether the types model what the instance has at the place; if not, that is a finding.
    fn ask(&mut self, place: &Place, schema: &str, what: &str) -> bool {
        let modelled = self.models(place);
        self.found(modelled, place, schema, what)
    }

    /// Notes what is not modelled.
    fn found(&mut self, modelled: bool, place: &Place, schema: &str, what: &str) -> bool {
        if !modelled {
            let place = format!("{} {}", place.root, place.json_pointer());
            let place = place.trim_end().to_owned();
            self.findings
                .entry((schema.to_owned(), what.to_owned()))
                .or_insert(place);
        }
        modelled
    }

    fn models(&mut self, place: &Place) -> bool {
        self.tries += 1;
        let text = place.instance.to_string();
        let untyped = match place.root {
            Root::Request => untyped::<ResponsesRequest>(&text, place.allowed),
            Root::Response => untyped::<Response>(&text, place.allowed),
            Root::Event => untyped::<StreamEvent>(&text, place.allowed),
            Root::Error => untyped::<ErrorResponse>(&text, place.allowed),
        };
        let pointer = place.json_pointer();
        let covers = |untyped: &String| {
            let rest = pointer.strip_prefix(untyped.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        untyped.is_some_and(|untyped| !untyped.iter().any(covers))
    }
}

/// Pointers to what is kept untyped; none when the text cannot be decoded.
fn untyped<T: Wire>(text: &str, allowed: bool) -> Option<Vec<String>> {
    let value: T = from_str(text).ok()?;
    Some(if allowed {
        value.unknown()
    } else {
        orouter_wire::__codec::unnamed(&value)
    })
}

impl Place {
    fn json_pointer(&self) -> String {
        let names = self.pointer.iter();
        names
            .map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")))
            .collect()
    }

    /// What is at the place.
    fn value(&self) -> Option<&Value> {
        self.instance.pointer(&self.json_pointer())
    }

    /// The same place, where nothing is named.
    fn allowed(&self) -> Self {
        Self {
            allowed: true,
            ..self.clone()
        }
    }

    /// The same place with another value.
    fn with(&self, value: Value) -> Self {
        let mut place = self.clone();
        if let Some(slot) = place.instance.pointer_mut(&self.json_pointer()) {
            *slot = value;
        }
        place
    }

    /// A member of the object at the place.
    fn member(&self, key: &str, value: Value) -> Self {
        let mut place = self.clone();
        if let Some(Value::Object(members)) = place.instance.pointer_mut(&self.json_pointer()) {
            members.insert(key.to_owned(), value);
        }
        place.pointer.push(key.to_owned());
        place
    }

    /// The first element of the list at the place.
    fn element(&self, value: Value) -> Self {
        let mut place = self.clone();
        if let Some(Value::Array(elements)) = place.instance.pointer_mut(&self.json_pointer()) {
            elements.insert(0, value);
        }
        place.pointer.push("0".to_owned());
        place
    }
}

/// What `POST /responses` takes and gives.
fn roots(description: &Description) -> Result<Vec<(Root, &Value)>, String> {
    let operation = description
        .at(&["paths", "/responses", "post"])
        .ok_or("it does not describe POST /responses")?;
    let mut roots = Vec::new();
    for (_, schema) in description.contents(operation.get("requestBody")) {
        roots.push((Root::Request, schema));
    }
    let answers = operation.get("responses").and_then(Value::as_object);
    for (status, answer) in answers.into_iter().flatten() {
        for (media_type, schema) in description.contents(Some(answer)) {
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
        _ => Err("it has no schemas for what POST /responses takes and gives".to_owned()),
    }
}
