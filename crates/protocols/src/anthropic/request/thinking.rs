//! [`Settings`]: the output limit, and the settings of the model's thinking.

use orouter_wire::json::Writer;
use orouter_wire::{Reasoning, ReasoningEffort, ReasoningSummary, ResponsesRequest};

use super::model::{self, Model, Off};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::part::string;
use crate::request::support::Support;
use crate::target::Target;

/// Minimum budget of thinking, in tokens.
const MIN_BUDGET: u64 = 1024;

/// Parameters, one of which a model with thinking lists.
const PARAMETERS: &[&str] = &["reasoning", "reasoning_effort"];

/// The output limit, and the settings of the model's thinking.
#[derive(Debug)]
pub(super) struct Settings {
    /// `max_tokens`, which the API requires.
    pub(super) limit: u64,
    pub(super) thinking: Thinking,
    /// `output_config.effort`.
    pub(super) effort: Option<&'static str>,
}

/// `thinking`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// The model's default.
    Unset,
    Disabled,
    BetweenTools,
    /// As much as the model decides.
    Adaptive,
    /// At most this number of tokens.
    Budget(u64),
}

/// The reasoning that a request asks for.
#[derive(Clone, Copy, Debug)]
enum Wish {
    Default,
    Off,
    On,
    Effort(Effort),
    Budget(u64),
}

/// An effort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Minimal,
    Low,
    Medium,
    High,
    Xhigh,
    Max,
}

impl Effort {
    fn read(effort: &ReasoningEffort) -> Option<Self> {
        Some(match effort {
            ReasoningEffort::Minimal => Self::Minimal,
            ReasoningEffort::Low => Self::Low,
            ReasoningEffort::Medium => Self::Medium,
            ReasoningEffort::High => Self::High,
            ReasoningEffort::Xhigh => Self::Xhigh,
            ReasoningEffort::Max => Self::Max,
            _ => return None,
        })
    }

    /// Returns the share of the output limit that is the budget, in percent.
    fn share(self) -> u64 {
        match self {
            Self::Minimal => 10,
            Self::Low => 20,
            Self::Medium => 50,
            Self::High => 80,
            Self::Xhigh | Self::Max => 95,
        }
    }

    /// Returns the word for `output_config.effort`.
    pub(super) fn word(self, model: Model) -> &'static str {
        match self {
            Self::Minimal | Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Xhigh if model.xhigh => "xhigh",
            Self::Xhigh | Self::Max if model.max => "max",
            Self::Xhigh | Self::Max => "high",
        }
    }
}

impl Settings {
    /// Reads the settings of a request.
    pub(super) fn read(
        request: &ResponsesRequest,
        target: &Target<'_>,
        model: Model,
        support: Support<'_>,
        notes: &Notes,
    ) -> Result<Self, Refusal> {
        let own = request.max_output_tokens;
        let limit = own.or(target.max_output_tokens);
        let mut settings = Self {
            limit: limit.unwrap_or(model.default_limit),
            thinking: Thinking::Unset,
            effort: None,
        };
        let wish = wish(request.reasoning.as_ref(), support)?;
        if let Wish::Budget(budget) = wish
            && limit.is_none()
        {
            settings.limit = settings.limit.saturating_add(budget);
        }
        if limit.is_none() {
            let reason = format!(
                "the API requires a limit, and neither the request nor the catalog has one; sent as {}",
                settings.limit
            );
            notes.adjusted("max_output_tokens", reason);
        }
        settings.apply(wish, model, support, notes);
        Ok(settings)
    }

    fn apply(&mut self, wish: Wish, model: Model, support: Support<'_>, notes: &Notes) {
        let adaptive = |budget: bool| match model.thinking {
            model::Thinking::None | model::Thinking::Budget => false,
            model::Thinking::Either => !budget,
            model::Thinking::Adaptive => true,
        };
        match wish {
            Wish::Default => {}
            Wish::Off => self.turn_off(model, notes),
            _ if model.thinking == model::Thinking::None => {
                notes.ignored("reasoning", "the model has no thinking");
            }
            _ if !PARAMETERS.iter().any(|name| support.allows(name)) => {
                support.note_unsupported("reasoning");
            }
            Wish::On if adaptive(false) => self.thinking = Thinking::Adaptive,
            Wish::On => self.set_budget(self.share(Effort::Medium), notes),
            Wish::Effort(effort) if adaptive(false) => {
                self.thinking = Thinking::Adaptive;
                let word = effort.word(model);
                self.effort = Some(word);
                let other = match effort {
                    Effort::Minimal => true,
                    Effort::Xhigh => !model.xhigh,
                    _ => false,
                };
                if other {
                    let reason = format!("sent as `{word}`, the nearest effort that the model has");
                    notes.adjusted("reasoning.effort", reason);
                }
            }
            Wish::Effort(effort) => self.set_budget(self.share(effort), notes),
            Wish::Budget(_) if adaptive(true) => {
                self.thinking = Thinking::Adaptive;
                let reason = "the model has no thinking budget: it decides how much it thinks";
                notes.adjusted("reasoning.max_tokens", reason);
            }
            Wish::Budget(budget) => {
                if budget < MIN_BUDGET {
                    let reason = format!("sent as {MIN_BUDGET}, the smallest thinking budget");
                    notes.adjusted("reasoning.max_tokens", reason);
                } else if budget >= self.limit && self.limit > MIN_BUDGET {
                    let reason = "sent as less than the output limit, as the API requires";
                    notes.adjusted("reasoning.max_tokens", reason);
                }
                self.set_budget(budget, notes);
            }
        }
    }

    fn share(&self, effort: Effort) -> u64 {
        // Multiplied in 128 bits: the limit can be any number.
        let share = u128::from(self.limit) * u128::from(effort.share()) / 100;
        u64::try_from(share).unwrap_or(u64::MAX)
    }

    /// Sets a budget that the API accepts: at least 1024 tokens, and less than the output limit.
    fn set_budget(&mut self, budget: u64, notes: &Notes) {
        if self.limit <= MIN_BUDGET {
            let reason = format!(
                "the output limit of {} is too small for thinking, which needs more than {MIN_BUDGET} \
                 tokens",
                self.limit
            );
            notes.ignored("reasoning", reason);
            return;
        }
        self.thinking = Thinking::Budget(budget.clamp(MIN_BUDGET, self.limit - 1));
    }

    fn turn_off(&mut self, model: Model, notes: &Notes) {
        match model.off {
            Off::Default => {}
            Off::Disabled => self.thinking = Thinking::Disabled,
            Off::BetweenTools => self.thinking = Thinking::BetweenTools,
            Off::Never => {
                self.effort = Some("low");
                let reason = "the model always thinks; sent as the effort `low`";
                notes.adjusted("reasoning", reason);
            }
        }
    }

    /// Returns `true` if the API refuses a forced call with this thinking.
    pub(super) fn excludes_forced(&self, model: Model) -> bool {
        match self.thinking {
            Thinking::Budget(_) => true,
            Thinking::Adaptive => !model.forced_with_thinking,
            Thinking::Unset | Thinking::Disabled | Thinking::BetweenTools => false,
        }
    }

    /// Turns thinking off that the request turned on, and notes the reason. An effort is kept: it
    /// concerns the answer too.
    pub(super) fn drop_thinking(&mut self, reason: &str, notes: &Notes) {
        self.thinking = Thinking::Unset;
        notes.ignored("reasoning", reason);
    }

    /// Writes `thinking` as a member of the open object. `bound`: the conversation has thinking that
    /// the model refuses if the conversation before it has changed. Returns `true` if the request asks
    /// for such thinking to be left out.
    pub(super) fn write_thinking(&self, model: Model, bound: bool, out: &mut Writer) -> bool {
        let thinking = match self.thinking {
            // It is the default of all models that refuse changed conversations.
            Thinking::Unset if bound => Thinking::Adaptive,
            thinking => thinking,
        };
        let kind = match thinking {
            Thinking::Unset => return false,
            Thinking::Disabled => "disabled",
            Thinking::BetweenTools => "between_tools",
            Thinking::Adaptive => "adaptive",
            Thinking::Budget(_) => "enabled",
        };
        out.member("thinking");
        out.open_object();
        string(out, "type", kind);
        if let Thinking::Budget(budget) = thinking {
            out.member("budget_tokens");
            out.unsigned(budget);
        }
        if thinking == Thinking::Adaptive {
            // Only these models leave the text out by default.
            if model.thinking == model::Thinking::Adaptive {
                string(out, "display", "summarized");
            }
            if bound {
                out.member("block_binding");
                out.raw(r#"{"prefix_mismatch_behavior":"drop_block"}"#);
            }
        }
        out.close_object();
        bound && thinking == Thinking::Adaptive
    }
}

fn wish(reasoning: Option<&Reasoning>, support: Support<'_>) -> Result<Wish, Refusal> {
    let Some(reasoning) = reasoning else {
        return Ok(Wish::Default);
    };
    if reasoning.context.is_some() {
        support.note_absent("reasoning.context");
    }
    if reasoning.mode.is_some() {
        support.note_absent("reasoning.mode");
    }
    if reasoning.exclude == Some(true) {
        support.note_absent("reasoning.exclude");
    }
    let summaries = [
        ("reasoning.summary", &reasoning.summary),
        ("reasoning.generate_summary", &reasoning.generate_summary),
    ];
    for (path, summary) in summaries {
        if summary
            .as_ref()
            .is_some_and(|summary| *summary != ReasoningSummary::Auto)
        {
            support.note_absent(path);
        }
    }
    Ok(
        match (&reasoning.effort, reasoning.max_tokens, reasoning.enabled) {
            (Some(ReasoningEffort::None), ..) | (_, Some(0), _) => Wish::Off,
            (_, Some(budget), _) => Wish::Budget(budget),
            (Some(effort), ..) => match Effort::read(effort) {
                Some(effort) => Wish::Effort(effort),
                None => {
                    return Err(Refusal::new(
                        "reasoning.effort",
                        format!(
                            "`reasoning.effort` is `{}`; it must be `none`, `minimal`, `low`, \
                             `medium`, `high`, `xhigh` or `max`",
                            quote(effort.as_str())
                        ),
                    ));
                }
            },
            (None, None, Some(true)) => Wish::On,
            (None, None, Some(false)) => Wish::Off,
            (None, None, None) => Wish::Default,
        },
    )
}
