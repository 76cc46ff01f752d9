//! All members of the request besides `messages`.

use orouter_wire::json::Writer;

use super::object::{Object, is_idle, join, wrong_type};
use super::{messages, response_format, tool_choice, tools};
use crate::chat_client::names::Names;
use crate::chat_client::reply::ReplyOptions;
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;

/// Members that the Responses API has under the same name and with the same values. The last four
/// are not members of Chat Completions; a server refuses them with its own reason.
const SAME: &[&str] = &[
    "cache_control",
    "debug",
    "deferred_tools",
    "frequency_penalty",
    "image_config",
    "max_tool_calls",
    "metadata",
    "modalities",
    "moderation",
    "parallel_tool_calls",
    "plugins",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "provider",
    "route",
    "safety_identifier",
    "seed",
    "service_tier",
    "session_id",
    "stop",
    "stop_server_tools_when",
    "stream",
    "temperature",
    "top_k",
    "top_p",
    "trace",
    "user",
    "background",
    "conversation",
    "previous_response_id",
    "prompt",
];

/// Members that are handled one by one.
const OTHER: &[&str] = &[
    "function_call",
    "functions",
    "include_reasoning",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "model",
    "models",
    "n",
    "reasoning",
    "reasoning_effort",
    "response_format",
    "stream_options",
    "tool_choice",
    "tools",
    "top_logprobs",
    "transforms",
    "usage",
    "verbosity",
];

/// Members without effect: the name, the values that ask for nothing, and the reason.
const NOTED: &[(&str, &[&str], &str)] = &[
    ("audio", &[], "this server does not return audio"),
    (
        "prediction",
        &[],
        "this server does not use predicted outputs",
    ),
    ("preset", &[], "this server does not have presets"),
    (
        "structured_outputs",
        &["true"],
        "`response_format` asks for structured output",
    ),
    ("store", &[], "this server does not store replies"),
    (
        "web_search_options",
        &[],
        "this server does not search the web",
    ),
];

/// Members that change the result and that this server does not send to providers: the name, the
/// number that asks for nothing, and the rule.
const NOT_SENT: &[(&str, Option<f64>, Unsent)] = &[
    ("logit_bias", None, Unsent::Refused),
    ("min_p", Some(0.0), Unsent::Noted),
    ("repetition_penalty", Some(1.0), Unsent::Noted),
    ("top_a", Some(0.0), Unsent::Noted),
];

/// The rule for a member that is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsent {
    /// Noted, and refused if the request requires that all its parameters are supported.
    Noted,
    /// Refused.
    Refused,
}

/// The only transform of the hosted API.
const MIDDLE_OUT: &str = "middle-out";

/// Writes the request as an object. Returns what the reply must have.
pub(super) fn write(
    request: &Object<'_>,
    notes: &Notes,
    names: &mut Names,
    out: &mut Writer,
) -> Result<ReplyOptions, Refusal> {
    one_choice(request)?;
    unsent(request, notes)?;
    out.open_object();
    for name in ["model", "models"] {
        copy(request, name, name, out);
    }
    out.member("input");
    messages::write(request, notes, names, out)?;
    for name in SAME {
        copy(request, name, name, out);
    }
    limit(request, notes, names, out);
    tools::write(request, notes, names, out)?;
    tool_choice::write(request, names, out)?;
    response_format::write(request, notes, out)?;
    let reasons = reasoning(request, notes, names, out)?;
    included(request, notes, names, reasons, out)?;
    transforms(request, notes, out)?;
    out.close_object();
    note_others(request, notes);
    Ok(ReplyOptions {
        usage_chunk: usage_chunk(request, notes)?,
        hides_reasoning: hides_reasoning(request)?,
    })
}

/// Copies a member under another name.
fn copy(request: &Object<'_>, from: &str, to: &str, out: &mut Writer) {
    if let Some(value) = request.get(from) {
        out.member(to);
        out.raw(value);
    }
}

/// Refuses more than one choice.
fn one_choice(request: &Object<'_>) -> Result<(), Refusal> {
    match request.get("n") {
        None => Ok(()),
        Some(n) if n.parse() == Ok(1.0) => Ok(()),
        Some(_) => Err(Refusal::new(
            "n",
            "`n` must be 1: this server returns one choice; send the request `n` times",
        )),
    }
}

/// Refuses or notes the members that are not sent to providers.
fn unsent(request: &Object<'_>, notes: &Notes) -> Result<(), Refusal> {
    let provider = request.get("provider");
    let provider = provider.and_then(|text| Object::read(text, "provider").ok().flatten());
    let all_required = provider.is_some_and(|p| p.get("require_parameters") == Some("true"));
    for (name, idle, rule) in NOT_SENT {
        let Some(value) = request.get(name) else {
            continue;
        };
        if is_idle(value) || idle.is_some_and(|idle| value.parse() == Ok(idle)) {
            continue;
        }
        let reason = match rule {
            Unsent::Refused => "leave it out",
            Unsent::Noted if all_required => {
                "leave it out, or do not set `provider.require_parameters`"
            }
            Unsent::Noted => {
                notes.ignored(*name, "this server does not send it to providers");
                continue;
            }
        };
        let message = format!("`{name}` is not supported: no provider gets it; {reason}");
        return Err(Refusal::new(*name, message));
    }
    Ok(())
}

/// Writes the output limit. The newer name wins.
fn limit(request: &Object<'_>, notes: &Notes, names: &mut Names, out: &mut Writer) {
    let newer = request.get("max_completion_tokens");
    let older = request.get("max_tokens");
    let name = match newer {
        Some(_) => "max_completion_tokens",
        None => "max_tokens",
    };
    names.limit = name;
    copy(request, name, "max_output_tokens", out);
    if newer.is_some() && older.is_some() && newer != older {
        notes.ignored("max_tokens", "`max_completion_tokens` is the limit");
    }
}

/// Writes `reasoning`. Returns `true` if the request asks for reasoning and wants to read it.
fn reasoning(
    request: &Object<'_>,
    notes: &Notes,
    names: &mut Names,
    out: &mut Writer,
) -> Result<bool, Refusal> {
    let settings = request.object("reasoning", "")?;
    let own = settings
        .as_ref()
        .and_then(|settings| settings.get("effort"));
    let effort = request.get("reasoning_effort");
    let budget = settings
        .as_ref()
        .and_then(|settings| settings.get("max_tokens"));
    let effort = match (effort, own.or(budget)) {
        (Some(effort), Some(own)) => {
            if effort != own {
                notes.ignored("reasoning_effort", "`reasoning` has the effort");
            }
            None
        }
        (effort, _) => effort,
    };
    names.has_effort = effort.is_some();
    if settings.is_none() && effort.is_none() {
        return Ok(false);
    }
    let mut off = effort.or(own) == Some("\"none\"");
    out.member("reasoning");
    out.open_object();
    for (name, value) in settings.iter().flat_map(Object::iter) {
        match name {
            "exclude" => continue,
            "enabled" => off |= value == "false",
            _ => {}
        }
        out.member(name);
        out.raw(value);
    }
    if let Some(effort) = effort {
        out.member("effort");
        out.raw(effort);
    }
    out.close_object();
    Ok(!off)
}

/// Writes `include` and `top_logprobs`. `reasons`: the request asks for reasoning, whose encrypted
/// form the client needs for its next request.
fn included(
    request: &Object<'_>,
    notes: &Notes,
    names: &mut Names,
    reasons: bool,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let logprobs = boolean(request, "logprobs", "")?;
    let top = request.get("top_logprobs");
    let wants_top = top.is_some_and(|top| top != "0");
    let logprobs = match logprobs {
        Some(false) => {
            if wants_top {
                notes.ignored("top_logprobs", "`logprobs` is false");
            }
            false
        }
        Some(true) => true,
        None => wants_top,
    };
    let encrypted = reasons && !hides_reasoning(request)?;
    names.has_logprobs = logprobs;
    if logprobs || encrypted {
        out.member("include");
        out.open_array();
        for (wanted, value) in [
            (logprobs, "message.output_text.logprobs"),
            (encrypted, "reasoning.encrypted_content"),
        ] {
            if wanted {
                out.element();
                out.string(value);
            }
        }
        out.close_array();
    }
    if logprobs {
        copy(request, "top_logprobs", "top_logprobs", out);
    }
    Ok(())
}

/// Writes `truncation`, if the request asks for the transform that shortens the conversation.
fn transforms(request: &Object<'_>, notes: &Notes, out: &mut Writer) -> Result<(), Refusal> {
    let mut shortens = false;
    for (index, text) in request
        .list("transforms", "")?
        .into_iter()
        .flatten()
        .enumerate()
    {
        if crate::json_text::string(text).as_deref() == Some(MIDDLE_OUT) {
            shortens = true;
        } else {
            notes.ignored(format!("transforms[{index}]"), "unknown transform");
        }
    }
    if shortens {
        out.member("truncation");
        out.string("auto");
    }
    Ok(())
}

/// Returns `true` if the usage is to come in a chunk without choices.
fn usage_chunk(request: &Object<'_>, notes: &Notes) -> Result<bool, Refusal> {
    const PATH: &str = "stream_options";
    let usage = request.object("usage", "")?.unwrap_or_default();
    boolean(&usage, "include", "usage")?;
    for (name, _) in usage.iter().filter(|(name, _)| *name != "include") {
        notes.ignored(join("usage", &quote(name)), "unknown member");
    }
    let options = request.object(PATH, "")?.unwrap_or_default();
    for (name, value) in options.iter() {
        match name {
            "include_usage" => {}
            "include_obfuscation" if value == "false" => {}
            "include_obfuscation" => {
                notes.ignored(join(PATH, name), "this server does not pad chunks");
            }
            _ => notes.ignored(join(PATH, &quote(name)), "unknown member"),
        }
    }
    Ok(boolean(&options, "include_usage", PATH)? == Some(true))
}

/// Returns `true` if the reply must not have the text of the reasoning.
fn hides_reasoning(request: &Object<'_>) -> Result<bool, Refusal> {
    let settings = request.object("reasoning", "")?.unwrap_or_default();
    let excluded = boolean(&settings, "exclude", "reasoning")?;
    let included = boolean(request, "include_reasoning", "")?;
    Ok(excluded.unwrap_or(included == Some(false)))
}

/// Returns a member that is a boolean, and fails if it has another type.
fn boolean(object: &Object<'_>, name: &str, path: &str) -> Result<Option<bool>, Refusal> {
    match object.get(name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => Err(wrong_type(&join(path, name), "a boolean", other)),
    }
}

/// Notes the members that have no effect.
fn note_others(request: &Object<'_>, notes: &Notes) {
    for (name, value) in request.iter() {
        let handled = SAME.contains(&name) || OTHER.contains(&name);
        if handled || NOT_SENT.iter().any(|(known, ..)| *known == name) {
            continue;
        }
        match NOTED.iter().find(|(known, ..)| *known == name) {
            Some((_, idle, _)) if idle.contains(&value) || is_idle(value) => {}
            Some((_, _, reason)) => notes.ignored(name, reason),
            None => notes.ignored(name, "unknown member"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every member is in one list, and in the table of the documentation.
    #[test]
    fn the_documentation_lists_all_members() {
        let noted = NOTED.iter().map(|(name, ..)| *name);
        let mut names: Vec<&str> = SAME.iter().chain(OTHER).copied().chain(noted).collect();
        names.extend(NOT_SENT.iter().map(|(name, ..)| *name));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/server-chat.md");
        let text = std::fs::read_to_string(path).expect("the page");
        let rows = text
            .lines()
            .skip_while(|line| !line.starts_with("| Member"));
        let rows: Vec<&str> = rows
            .take_while(|line| line.starts_with('|'))
            .filter_map(|line| line.split('|').nth(1))
            .collect();
        let mut listed: Vec<&str> = rows
            .iter()
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .map(|name| name.split('.').next().unwrap_or(name))
            .collect();
        // Described beside other members.
        listed.extend(["include_reasoning", "usage"]);
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(names, listed);
    }
}
