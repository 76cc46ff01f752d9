//! `reasoning`: the settings of the model's reasoning.

use orouter_wire::json::Writer;
use orouter_wire::{Reasoning, ReasoningEffort};

use super::part::string;
use super::support::Support;
use crate::notes::Notes;

/// Parameters, one of which a model with an effort lists.
const EFFORT: &[&str] = &["reasoning_effort", "reasoning"];

/// Writes the settings as members of the open object.
///
/// An effort is `reasoning_effort`, which most dialects have. A token budget needs OpenRouter's
/// `reasoning` object, which is sent only to endpoints that list `reasoning`, because other servers
/// refuse it.
pub(super) fn write(reasoning: &Reasoning, support: Support<'_>, notes: &Notes, out: &mut Writer) {
    for (member, set) in [
        ("summary", reasoning.summary.is_some()),
        ("generate_summary", reasoning.generate_summary.is_some()),
        ("context", reasoning.context.is_some()),
        ("mode", reasoning.mode.is_some()),
    ] {
        if set {
            let path = format!("reasoning.{member}");
            notes.ignored(path, "Chat Completions has no such setting");
        }
    }
    let extended = support.lists("reasoning");
    if let Some(budget) = reasoning.max_tokens {
        if extended {
            out.member("reasoning");
            out.open_object();
            out.member("max_tokens");
            out.unsigned(budget);
            if let Some(effort) = &reasoning.effort {
                string(out, "effort", effort.as_str());
            }
            if let Some(enabled) = reasoning.enabled {
                out.member("enabled");
                out.bool(enabled);
            }
            out.close_object();
            return;
        }
        notes.ignored(
            "reasoning.max_tokens",
            "the endpoint does not list `reasoning`, so it takes no token budget",
        );
    }
    let effort = match (&reasoning.effort, reasoning.enabled) {
        (Some(effort), _) => effort.as_str(),
        (None, None) => return,
        (None, Some(enabled)) if extended => {
            out.member("reasoning");
            out.open_object();
            out.member("enabled");
            out.bool(enabled);
            out.close_object();
            return;
        }
        (None, Some(true)) => {
            notes.adjusted("reasoning.enabled", "sent as the effort `medium`");
            ReasoningEffort::Medium.as_str()
        }
        (None, Some(false)) => {
            notes.adjusted("reasoning.enabled", "sent as the effort `none`");
            ReasoningEffort::None.as_str()
        }
    };
    if EFFORT.iter().any(|name| support.allows(name)) {
        string(out, "reasoning_effort", effort);
    } else if effort != "none" {
        support.note_unsupported("reasoning");
    }
}
