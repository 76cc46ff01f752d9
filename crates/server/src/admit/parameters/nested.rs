//! Nested members that the wire could not decode. Unknown members are accepted, and noted for an
//! endpoint that does not get them. Known members have a value of the wrong type and are refused.

use orouter_wire::{Raw, ResponsesRequest, Wire, from_slice};

use super::table::find;
use crate::admit::undecoded::{Object, failure};
use crate::failure::Failure;
use crate::quote::quote;

/// Returns the JSON pointers, below a member, to the values that were not decoded.
type Unknown = fn(&ResponsesRequest) -> Vec<String>;

/// The members whose nested members have rules.
const NESTED: &[(&str, Unknown)] = &[
    ("access_programs", |r| r.access_programs.unknown()),
    ("background_options", |r| r.background_options.unknown()),
    ("cache_control", |r| r.cache_control.unknown()),
    ("context_management", |r| r.context_management.unknown()),
    ("debug", |r| r.debug.unknown()),
    ("include", |r| r.include.unknown()),
    ("image", |r| r.image.unknown()),
    ("image_config", |r| r.image_config.unknown()),
    ("modalities", |r| r.modalities.unknown()),
    ("moderation", |r| r.moderation.unknown()),
    ("prompt_cache_options", |r| r.prompt_cache_options.unknown()),
    ("prompt_cache_retention", |r| {
        r.prompt_cache_retention.unknown()
    }),
    ("provider", |r| r.provider.unknown()),
    ("reasoning", |r| r.reasoning.unknown()),
    ("route", |r| r.route.unknown()),
    ("service_tier", |r| r.service_tier.unknown()),
    ("stop", |r| r.stop.unknown()),
    ("stop_server_tools_when", |r| {
        r.stop_server_tools_when.unknown()
    }),
    ("stream_options", |r| r.stream_options.unknown()),
    ("text", |r| r.text.unknown()),
    ("trace", |r| r.trace.unknown()),
    ("truncation", |r| r.truncation.unknown()),
    ("x_search_filter", |r| r.x_search_filter.unknown()),
];

/// Members whose unknown values are accepted instead of refused, because the API adds values that do
/// no harm.
const OPEN: &[&str] = &["include"];

/// Refuses the nested members of the wrong type. `body` is the text of the request.
pub(super) fn check(request: &ResponsesRequest, body: &[u8]) -> Result<(), Failure> {
    for (_, location) in undecoded(request) {
        if let Verdict::Refused(expects) = location.verdict() {
            return Err(refusal(&location, expects, body));
        }
    }
    Ok(())
}

/// A nested member or value that this server does not know.
pub(super) struct UnknownMember {
    /// The member of the request that it is in.
    pub(super) member: &'static str,
    /// Its path in messages.
    pub(super) path: String,
    pub(super) reason: &'static str,
}

/// Returns the nested members and values that this server does not know.
pub(super) fn unknown(request: &ResponsesRequest) -> impl Iterator<Item = UnknownMember> + '_ {
    undecoded(request).filter_map(|(member, location)| match location.verdict() {
        Verdict::Unknown(reason) => Some(UnknownMember {
            member,
            path: location.path,
            reason,
        }),
        Verdict::Refused(_) => None,
    })
}

/// Returns the nested values that were not decoded, each with the member of the request that it is
/// in.
fn undecoded(request: &ResponsesRequest) -> impl Iterator<Item = (&'static str, Location)> + '_ {
    NESTED.iter().flat_map(move |(member, unknown)| {
        let pointers = unknown(request).into_iter();
        pointers.map(move |pointer| (*member, Location::new(member, &pointer)))
    })
}

/// The treatment of a value that was not decoded.
enum Verdict {
    /// It has another type than these.
    Refused(&'static str),
    /// It may be of a later version of the API. The text is the reason of the note.
    Unknown(&'static str),
}

/// The location of a value in a request.
struct Location {
    /// The path in messages: `stop_server_tools_when[1].step_count`.
    path: String,
    /// The path in the table of rules: `stop_server_tools_when.step_count`.
    rule: String,
    /// The names and indexes that lead to the value.
    segments: Vec<String>,
}

impl Location {
    fn new(member: &str, pointer: &str) -> Self {
        let mut path = member.to_owned();
        let mut rule = member.to_owned();
        let mut segments = vec![member.to_owned()];
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            if segment.bytes().all(|b| b.is_ascii_digit()) && !segment.is_empty() {
                path.push_str(&format!("[{segment}]"));
            } else {
                path.push_str(&format!(".{segment}"));
                rule.push_str(&format!(".{segment}"));
            }
            segments.push(segment);
        }
        Self {
            path,
            rule,
            segments,
        }
    }

    fn verdict(&self) -> Verdict {
        match find(&self.rule) {
            Some(_) if OPEN.contains(&self.rule.as_str()) => Verdict::Unknown("unknown value"),
            Some(parameter) => Verdict::Refused(parameter.expects),
            None => Verdict::Unknown("unknown member"),
        }
    }
}

fn refusal(location: &Location, expects: &str, body: &[u8]) -> Failure {
    match locate(body, &location.segments) {
        Some((raw, false)) if raw.get().starts_with('{') => unknown_type(location, expects, &raw),
        Some((raw, repeated)) => failure(&location.path, expects, &raw, repeated),
        None => Failure::invalid(
            &*location.path,
            format!("`{}` must be {expects}", location.path),
        ),
    }
}

/// Returns the failure of an object whose `type` is unknown.
fn unknown_type(location: &Location, expects: &str, raw: &Raw) -> Failure {
    let object: Object = raw.parse_wire().unwrap_or_default();
    let kind = object.extra.get("type").and_then(Raw::as_string);
    let path = &location.path;
    match kind {
        Some(kind) => Failure::invalid(
            format!("{path}.type"),
            format!(
                "`{path}.type` is `{}`; `{path}` must be {expects}",
                quote(&kind)
            ),
        ),
        None => Failure::invalid(path.as_str(), format!("`{path}` must be {expects}")),
    }
}

/// Returns the value at a location in the body, and `true` if its object has more than one member
/// of its name.
fn locate(body: &[u8], segments: &[String]) -> Option<(Raw, bool)> {
    let (last, way) = segments.split_last()?;
    let mut object: Object = from_slice(body).ok()?;
    let mut list: Option<Vec<Raw>> = None;
    for segment in way {
        let raw = match &list {
            Some(list) => list.get(segment.parse::<usize>().ok()?)?.clone(),
            None => object.extra.get(segment)?.clone(),
        };
        if raw.get().starts_with('[') {
            list = Some(raw.parse_wire().ok()?);
        } else {
            list = None;
            object = raw.parse_wire().ok()?;
        }
    }
    match list {
        Some(list) => Some((list.get(last.parse::<usize>().ok()?)?.clone(), false)),
        None => {
            let repeated = object.count(last) > 1;
            Some((object.extra.get(last)?.clone(), repeated))
        }
    }
}
