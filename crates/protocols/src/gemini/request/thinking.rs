//! `reasoning`: the settings of the model's thinking.

use orouter_wire::json::Writer;
use orouter_wire::{Reasoning, ReasoningEffort};

use super::super::model::{Model, Thinking};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::part::string;
use crate::request::support::Support;

/// Parameters, one of which a model that thinks lists.
const REASONING: &[&str] = &["reasoning", "reasoning_effort", "thinking"];

/// The budget with which the model decides how long it thinks.
const DYNAMIC: i64 = -1;

/// The output limit of the models with a budget, if neither the request nor the catalog has one.
const OUTPUT_LIMIT: u64 = 65_536;

/// The wish of a client.
enum Wish<'a> {
    Off,
    /// As long as the model likes.
    On,
    Effort(&'a ReasoningEffort),
    Tokens(u64),
    /// Only the summary is asked for.
    Summary,
}

/// Writes `thinkingConfig` as a member of the open object. `limit` is the output limit, if it is
/// known: thoughts count as output.
pub(super) fn write(
    reasoning: &Reasoning,
    model: Model,
    limit: Option<u64>,
    support: Support<'_>,
    notes: &Notes,
    out: &mut Writer,
) -> Result<(), Refusal> {
    for (member, set) in [
        ("context", reasoning.context.is_some()),
        ("mode", reasoning.mode.is_some()),
    ] {
        if set {
            let reason = format!("{} has no such setting", support.api.name);
            notes.ignored(format!("reasoning.{member}"), reason);
        }
    }
    let Some(wish) = wish(reasoning) else {
        return Ok(());
    };
    if let Wish::Effort(ReasoningEffort::Unknown(_)) = wish {
        let effort = reasoning.effort.as_ref().map(ReasoningEffort::as_str);
        return Err(Refusal::new(
            "reasoning.effort",
            format!(
                "`reasoning.effort` is `{}`; it must be `none`, `minimal`, `low`, `medium`, `high`, \
                 `xhigh` or `max`",
                quote(effort.unwrap_or_default())
            ),
        ));
    }
    let thinking = model.thinking();
    let listed = REASONING.iter().any(|name| support.allows(name));
    if thinking == Thinking::None || !listed {
        // A model without thinking does what `none` asks for.
        if !matches!(wish, Wish::Off) {
            let reason = "the model does not think, or the endpoint does not list `reasoning`";
            notes.ignored("reasoning", reason);
        }
        return Ok(());
    }
    let (budget, level) = match thinking {
        Thinking::None => (None, None),
        Thinking::Fixed => {
            note_fixed(&wish, notes);
            (None, None)
        }
        Thinking::Budget { min, max, off } => {
            let limit = limit.unwrap_or(OUTPUT_LIMIT);
            (budget(&wish, min, max, off, limit, notes), None)
        }
        Thinking::Levels(levels) => level(&wish, levels, notes),
    };
    let include = !matches!(wish, Wish::Off) && reasoning.exclude != Some(true);
    out.member("thinkingConfig");
    out.open_object();
    if let Some(budget) = budget {
        out.member("thinkingBudget");
        out.signed(budget);
    }
    if let Some(level) = level {
        string(out, "thinkingLevel", level);
    }
    out.member("includeThoughts");
    out.bool(include);
    out.close_object();
    Ok(())
}

fn wish(reasoning: &Reasoning) -> Option<Wish<'_>> {
    let summary = reasoning.summary.is_some() || reasoning.generate_summary.is_some();
    Some(match (&reasoning.effort, reasoning.max_tokens) {
        (Some(ReasoningEffort::None), _) | (None, Some(0)) => Wish::Off,
        (Some(effort), _) => Wish::Effort(effort),
        (None, Some(tokens)) => Wish::Tokens(tokens),
        (None, None) => match reasoning.enabled {
            Some(true) => Wish::On,
            Some(false) => Wish::Off,
            None if summary => Wish::Summary,
            None => return None,
        },
    })
}

fn note_fixed(wish: &Wish<'_>, notes: &Notes) {
    let path = match wish {
        Wish::Off | Wish::Effort(_) => "reasoning.effort",
        Wish::Tokens(_) => "reasoning.max_tokens",
        Wish::On | Wish::Summary => return,
    };
    notes.ignored(path, "the model always thinks, and takes no effort");
}

/// Returns the budget for a model with budgets from `min` to `max`.
fn budget(
    wish: &Wish<'_>,
    min: u64,
    max: u64,
    off: bool,
    limit: u64,
    notes: &Notes,
) -> Option<i64> {
    let tokens = match wish {
        Wish::Summary => return None,
        Wish::On => return Some(DYNAMIC),
        Wish::Off if off => 0,
        Wish::Off => {
            let reason = "the model always thinks; it gets its smallest budget";
            notes.adjusted("reasoning.effort", reason);
            min
        }
        Wish::Effort(effort) => {
            let share = u128::from(limit) * share(effort) / 100;
            u64::try_from(share).unwrap_or(max).clamp(min.max(1), max)
        }
        Wish::Tokens(tokens) => {
            let budget = (*tokens).clamp(min, max);
            if budget != *tokens {
                let reason = format!("the model has budgets from {min} to {max} tokens");
                notes.adjusted("reasoning.max_tokens", reason);
            }
            budget
        }
    };
    i64::try_from(tokens).ok()
}

/// Returns the share of the output limit for an effort, in percent.
fn share(effort: &ReasoningEffort) -> u128 {
    match effort {
        ReasoningEffort::Max | ReasoningEffort::Xhigh => 95,
        ReasoningEffort::High => 80,
        ReasoningEffort::Low => 20,
        ReasoningEffort::Minimal => 10,
        _ => 50,
    }
}

/// Returns the budget or the level for a model with levels. A number of tokens is sent as a budget,
/// which these models take as a hint.
fn level(
    wish: &Wish<'_>,
    levels: &'static [&'static str],
    notes: &Notes,
) -> (Option<i64>, Option<&'static str>) {
    let effort = match wish {
        Wish::On | Wish::Summary => return (None, None),
        Wish::Tokens(tokens) => return (i64::try_from(*tokens).ok(), None),
        Wish::Off => &ReasoningEffort::None,
        Wish::Effort(effort) => *effort,
    };
    let wanted = match effort {
        ReasoningEffort::None => "none",
        ReasoningEffort::Minimal => "minimal",
        ReasoningEffort::Low => "low",
        ReasoningEffort::High | ReasoningEffort::Xhigh | ReasoningEffort::Max => "high",
        _ => "medium",
    };
    // A level between two that the model has becomes the higher one: less thinking than asked for
    // can make an answer wrong.
    const ORDER: &[&str] = &["none", "minimal", "low", "medium", "high"];
    let rank = |level: &str| ORDER.iter().position(|known| *known == level);
    let fits = |level: &&&'static str| rank(level) >= rank(wanted);
    let level = levels.iter().find(fits).or(levels.last()).copied();
    if level != Some(effort.as_str()) {
        let sent = level.unwrap_or_default();
        let reason = format!("sent as `{sent}`, the nearest level that the model has");
        notes.adjusted("reasoning.effort", reason);
    }
    (None, level)
}
