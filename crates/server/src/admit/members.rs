//! Members of the wrong type.
//!
//! The wire keeps a member that does not fit its field aside, so that nothing is lost; here it is
//! refused. Members that are not known at all are let through: they may be news to this server.

use orouter_wire::{Extra, Raw, ResponsesRequest, Wire, from_slice};

use super::aside;
use crate::failure::Failure;

/// The members of a request, and what each of them must be.
const MEMBERS: &[(&str, &str)] = &[
    ("background", "a boolean"),
    ("cache_control", "an object"),
    ("client_metadata", "an object of strings"),
    ("context_management", "a list of objects"),
    ("conversation", "a string or an object"),
    ("debug", "an object"),
    ("deferred_tools", "an object"),
    ("frequency_penalty", "a number from -2 to 2"),
    ("image_config", "an object"),
    ("include", "a list of strings"),
    ("input", "a string or a list of items"),
    ("instructions", "a string"),
    ("max_output_tokens", "a whole number, at least 1"),
    ("max_tool_calls", "a whole number, at least 1"),
    ("metadata", "an object of strings"),
    ("modalities", "a list of strings"),
    ("model", "a string"),
    ("models", "a list of strings"),
    ("moderation", "an object"),
    ("parallel_tool_calls", "a boolean"),
    ("plugins", "a list of objects"),
    ("presence_penalty", "a number from -2 to 2"),
    ("previous_response_id", "null"),
    ("prompt", "an object"),
    ("prompt_cache_key", "a string"),
    ("prompt_cache_options", "an object"),
    ("prompt_cache_retention", "a string"),
    ("provider", "an object"),
    ("reasoning", "an object"),
    ("route", "a string"),
    ("safety_identifier", "a string"),
    ("seed", "a whole number, at least 0"),
    ("service_tier", "a string"),
    ("session_id", "a string"),
    ("stop", "a string or a list of strings"),
    ("stop_server_tools_when", "a list of objects"),
    ("store", "false"),
    ("stream", "a boolean"),
    ("stream_options", "an object"),
    ("temperature", "a number from 0 to 2"),
    ("text", "an object"),
    ("tool_choice", "a string or an object"),
    ("tools", "a list of objects"),
    ("top_k", "a whole number, at least 0"),
    ("top_logprobs", "a whole number from 0 to 20"),
    ("top_p", "a number from 0 to 1"),
    ("trace", "an object"),
    ("truncation", "a string"),
    ("user", "a string"),
];

/// The name of the member that the API defines under this name.
pub(super) fn name(name: &[u8]) -> Option<&'static str> {
    MEMBERS
        .iter()
        .map(|(member, _)| *member)
        .find(|member| member.as_bytes() == name)
}

/// What `member` must be.
pub(super) fn expected(member: &str) -> &'static str {
    MEMBERS
        .iter()
        .find(|(name, _)| *name == member)
        .map_or("of another type", |(_, what)| what)
}

/// The failure of a member that is something else.
pub(super) fn wrong(member: &str) -> Failure {
    Failure::invalid(member, format!("`{member}` must be {}", expected(member)))
}

/// Refuses the first known member that holds something else than it must. `body` is what the
/// request was read from.
pub(super) fn check(request: &ResponsesRequest, body: &[u8]) -> Result<(), Failure> {
    for (name, raw) in request.extra.iter() {
        let known = MEMBERS.iter().any(|(member, _)| *member == name);
        let fits = name == "seed" && (raw.is_null() || raw.parse::<u64>().is_ok());
        if known && !fits {
            let twice = twice(from_slice(body).ok(), name);
            return Err(unfit(name, expected(name), raw, twice));
        }
    }
    if let Some(text) = &request.text {
        for (name, raw) in text.extra.iter() {
            let expected = match name {
                "format" => "an object",
                "verbosity" => "a string",
                _ => continue,
            };
            let whole = from_slice::<Object>(body).ok();
            let text = whole.and_then(|whole| whole.extra.get("text")?.parse_wire().ok());
            let twice = twice(text, name);
            return Err(unfit(&format!("text.{name}"), expected, raw, twice));
        }
    }
    Ok(())
}

/// Any object, its members as they came.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Object {
    extra: Extra,
}

/// Whether the object has more than one member of this name.
fn twice(object: Option<Object>, name: &str) -> bool {
    object.is_some_and(|object| object.extra.iter().filter(|(n, _)| *n == name).count() > 1)
}

/// The failure of the member at `path`, which was kept aside.
fn unfit(path: &str, expected: &str, raw: &Raw, twice: bool) -> Failure {
    if twice {
        aside::more_than_once(path)
    } else if aside::halved(raw) {
        aside::half_a_pair(path)
    } else {
        let found = found(raw);
        Failure::invalid(path, format!("`{path}` must be {expected}, and is {found}"))
    }
}

/// What a value is, in words; short ones are shown.
fn found(raw: &Raw) -> String {
    let text = raw.get();
    let kind = match text.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    // Numbers, words and such: nothing that anybody would mind to see again.
    if text.len() <= 24 && !text.starts_with(['{', '[']) {
        format!("{kind}: {text}")
    } else {
        kind.to_owned()
    }
}
