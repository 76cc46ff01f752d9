//! `reasoning`: the settings of the model's reasoning.

use orouter_wire::json::Writer;
use orouter_wire::{Reasoning, ReasoningEffort, ReasoningSummary};

use crate::notes::Notes;
use crate::request::part::string;
use crate::request::support::Support;

/// Parameters, one of which a model with an effort lists.
const EFFORT: &[&str] = &["reasoning_effort", "reasoning"];

/// Writes the settings as members of the open object.
///
/// An effort is `reasoning_effort`, which most dialects have. The other settings need OpenRouter's
/// `reasoning` object, which is sent only to endpoints that list `reasoning`, because other servers
/// refuse it.
pub(super) fn write(reasoning: &Reasoning, support: Support<'_>, notes: &Notes, out: &mut Writer) {
    note_all(
        &[
            ("context", reasoning.context.is_some()),
            ("mode", reasoning.mode.is_some()),
        ],
        "Chat Completions has no such setting",
        notes,
    );
    let summary = reasoning
        .summary
        .as_ref()
        .or(reasoning.generate_summary.as_ref());
    let only_enabled = reasoning.enabled.is_some() && reasoning.effort.is_none();
    let exclude = reasoning.exclude == Some(true);
    let beyond_effort =
        reasoning.max_tokens.is_some() || summary.is_some() || only_enabled || exclude;
    if support.lists("reasoning") && beyond_effort {
        write_object(reasoning, summary, out);
        return;
    }
    note_all(
        &[
            ("max_tokens", reasoning.max_tokens.is_some()),
            ("summary", reasoning.summary.is_some()),
            ("generate_summary", reasoning.generate_summary.is_some()),
            ("exclude", exclude),
        ],
        "the endpoint does not list `reasoning`, so it takes only an effort",
        notes,
    );
    write_effort(reasoning, support, notes, out);
}

/// Notes the members that are set.
fn note_all(members: &[(&str, bool)], reason: &str, notes: &Notes) {
    for (member, _) in members.iter().filter(|(_, set)| *set) {
        notes.ignored(format!("reasoning.{member}"), reason);
    }
}

fn write_object(reasoning: &Reasoning, summary: Option<&ReasoningSummary>, out: &mut Writer) {
    out.member("reasoning");
    out.open_object();
    if let Some(effort) = &reasoning.effort {
        string(out, "effort", effort.as_str());
    }
    if let Some(budget) = reasoning.max_tokens {
        out.member("max_tokens");
        out.unsigned(budget);
    }
    if let Some(enabled) = reasoning.enabled {
        out.member("enabled");
        out.bool(enabled);
    }
    if let Some(summary) = summary {
        string(out, "summary", summary.as_str());
    }
    if reasoning.exclude == Some(true) {
        out.member("exclude");
        out.bool(true);
    }
    out.close_object();
}

fn write_effort(reasoning: &Reasoning, support: Support<'_>, notes: &Notes, out: &mut Writer) {
    let effort = match (&reasoning.effort, reasoning.enabled) {
        (Some(effort), _) => effort,
        (None, Some(true)) => &ReasoningEffort::Medium,
        (None, Some(false)) => &ReasoningEffort::None,
        (None, None) => return,
    };
    if !EFFORT.iter().any(|name| support.allows(name)) {
        // A model without reasoning does what `none` asks for.
        if *effort != ReasoningEffort::None {
            support.note_unsupported("reasoning");
        }
        return;
    }
    if reasoning.effort.is_none() {
        let reason = format!("sent as the effort `{}`", effort.as_str());
        notes.adjusted("reasoning.enabled", reason);
    }
    string(out, "reasoning_effort", effort.as_str());
}
