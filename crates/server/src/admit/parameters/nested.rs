//! Nested members that no field took: unknown ones are noted, known ones have a value of the wrong
//! type and are refused.

use orouter_wire::{Extra, Raw, ResponsesRequest, Wire, from_slice};

use super::super::members::{self, Object};
use super::expected;
use crate::failure::Failure;
use crate::notes::Notes;
use crate::quote::quote;

/// Returns the JSON pointers below a member to everything that no field took.
type Unknown = fn(&ResponsesRequest) -> Vec<String>;

/// The members whose nested members have rules.
const NESTED: &[(&str, Unknown)] = &[
    ("cache_control", |r| r.cache_control.unknown()),
    ("context_management", |r| r.context_management.unknown()),
    ("debug", |r| r.debug.unknown()),
    ("include", |r| r.include.unknown()),
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

/// Members whose unknown values are noted, because new ones come up and do no harm.
const OPEN: &[&str] = &["include"];

pub(super) fn check(request: &ResponsesRequest, body: &[u8], notes: &Notes) -> Result<(), Failure> {
    for (member, unknown) in NESTED {
        for pointer in unknown(request) {
            let place = Place::new(member, &pointer);
            match expected(&place.rule) {
                Some(_) if OPEN.contains(&place.rule.as_str()) => {
                    notes.ignored(&place.path, "unknown value");
                }
                Some(expects) => return Err(refusal(&place, expects, body)),
                None => notes.ignored(&place.path, "unknown member"),
            }
        }
    }
    Ok(())
}

/// A place in a request.
struct Place {
    /// For people: `stop_server_tools_when[1].step_count`.
    path: String,
    /// In the table of rules: `stop_server_tools_when.step_count`.
    rule: String,
    segments: Vec<String>,
}

impl Place {
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
}

fn refusal(place: &Place, expects: &str, body: &[u8]) -> Failure {
    match locate(body, &place.segments) {
        Some((raw, false)) if raw.get().starts_with('{') => of_no_type(place, expects, &raw),
        Some((raw, twice)) => members::unfit(&place.path, expects, &raw, twice),
        None => Failure::invalid(&*place.path, format!("`{}` must be {expects}", place.path)),
    }
}

/// The failure of an object whose `type` is not one of those that are known.
fn of_no_type(place: &Place, expects: &str, raw: &Raw) -> Failure {
    let object: Object = raw.parse_wire().unwrap_or_default();
    let kind = object.extra.get("type").and_then(Raw::as_string);
    let path = &place.path;
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

/// Returns the value at a place in the body, and `true` if the last member on the way comes twice.
fn locate(body: &[u8], segments: &[String]) -> Option<(Raw, bool)> {
    let (last, way) = segments.split_last()?;
    let mut object: Extra = from_slice::<Object>(body).ok()?.extra;
    let mut list: Option<Vec<Raw>> = None;
    for segment in way {
        let raw = match &list {
            Some(list) => list.get(segment.parse::<usize>().ok()?)?.clone(),
            None => object.get(segment)?.clone(),
        };
        if raw.get().starts_with('[') {
            list = Some(raw.parse_wire().ok()?);
        } else {
            list = None;
            object = raw.parse_wire::<Object>().ok()?.extra;
        }
    }
    match list {
        Some(list) => Some((list.get(last.parse::<usize>().ok()?)?.clone(), false)),
        None => {
            let twice = object.iter().filter(|(name, _)| name == last).count() > 1;
            Some((object.get(last)?.clone(), twice))
        }
    }
}
