//! Conditions that stop a run of [`call_model`](crate::OpenRouter::call_model).
//!
//! A condition is checked after each step that called tools, once the calls have their outputs. It looks
//! at all steps so far, those from before a resumption included; steps from before the last
//! [input](crate::RunCall::input) of the caller do not count. When it is met, the run ends with a
//! final turn in which the model cannot call tools, unless
//! [`RunCall::final_turn`](crate::RunCall::final_turn) turns that off. The final turn is one more
//! response, with its own cost.
//!
//! A run also ends, without a condition, when a response calls no tools.
//!
//! The crate `orouter-wire` has a module of the same name, for the request members `stop` and
//! `stop_server_tools_when`. `orouter::stop` is the module on this page;
//! [`StopCondition`](crate::StopCondition) is the type of the request member.
//!
//! # Example
//!
//! ```
//! use orouter::{StopWhen, stop};
//!
//! // After 10 steps, or once the run has cost 10 cents, or once the tool was called.
//! let condition: StopWhen = stop::step_count_is(10)
//!     .or(stop::max_cost(0.10))
//!     .or(stop::has_tool_call("submit_report"));
//! assert_eq!(
//!     condition.to_string(),
//!     "step_count_is(10) or max_cost(0.1) or has_tool_call(\"submit_report\")",
//! );
//! ```

use std::{fmt, sync::Arc};

use orouter_wire::{IncompleteReason, Response};

use crate::run::{Step, usage_of};

/// A condition that stops a run; see [`stop`](self).
#[derive(Clone)]
pub struct StopWhen(Node);

type Test = dyn Fn(&[Step]) -> bool + Send + Sync;

#[derive(Clone)]
enum Node {
    One { name: Arc<str>, test: Arc<Test> },
    Or(Arc<Node>, Arc<Node>),
    And(Arc<Node>, Arc<Node>),
}

/// Stops after this number of steps. 0 counts as 1.
#[must_use]
pub fn step_count_is(count: usize) -> StopWhen {
    StopWhen::new(format!("step_count_is({count})"), move |steps| {
        steps.len() >= count
    })
}

/// Stops after a step that called the tool of this name. The call is run.
#[must_use]
pub fn has_tool_call(name: impl Into<String>) -> StopWhen {
    let name = name.into();
    StopWhen::new(format!("has_tool_call({name:?})"), move |steps| {
        let mut calls = steps.iter().flat_map(Step::calls);
        calls.any(|call| call.name == name)
    })
}

/// Stops once all steps together have used this number of tokens: the sum of
/// [`Usage::total_tokens`](crate::Usage#structfield.total_tokens).
#[must_use]
pub fn max_tokens_used(tokens: u64) -> StopWhen {
    StopWhen::new(format!("max_tokens_used({tokens})"), move |steps| {
        usage_of(steps).total_tokens >= tokens
    })
}

/// Stops once all steps together have cost this amount in US dollars: the sum of [`Usage::cost`](crate::Usage#structfield.cost).
///
/// Responses of servers that do not report the cost count as free.
#[must_use]
pub fn max_cost(dollars: f64) -> StopWhen {
    StopWhen::new(format!("max_cost({dollars})"), move |steps| {
        usage_of(steps).cost.unwrap_or_default() >= dollars
    })
}

/// Stops after a step whose response ended for this reason.
///
/// | Reason | Response |
/// |---|---|
/// | `tool_calls` | calls tools |
/// | `length` | is incomplete: `max_output_tokens` |
/// | `content_filter` | is incomplete: `content_filter`, or is a refusal |
/// | `stop` | any other |
///
/// Conditions are checked only after steps that called tools, so that `stop` is never met. A response
/// that is incomplete and calls tools has the reason of its incompleteness.
#[must_use]
pub fn finish_reason_is(reason: impl Into<String>) -> StopWhen {
    let reason = reason.into();
    StopWhen::new(format!("finish_reason_is({reason:?})"), move |steps| {
        let last = steps.last();
        last.is_some_and(|step| finish_reason(&step.response) == reason)
    })
}

/// Stops when `test` returns `true` for the steps so far.
///
/// # Example
///
/// ```
/// use orouter::{Step, stop};
///
/// let too_long = stop::when(|steps: &[Step]| steps.iter().any(|step| step.text().len() > 10_000));
/// # let _ = too_long;
/// ```
#[must_use]
pub fn when(test: impl Fn(&[Step]) -> bool + Send + Sync + 'static) -> StopWhen {
    StopWhen::new("when(..)", test)
}

impl StopWhen {
    fn new(
        name: impl Into<Arc<str>>,
        test: impl Fn(&[Step]) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self(Node::One {
            name: name.into(),
            test: Arc::new(test),
        })
    }

    /// Stops when this condition or the other one is met.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Node::Or(Arc::new(self.0), Arc::new(other.0)))
    }

    /// Stops when both conditions are met.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Node::And(Arc::new(self.0), Arc::new(other.0)))
    }

    /// Returns a description of the part that is met, or `None`.
    pub(crate) fn met(&self, steps: &[Step]) -> Option<String> {
        self.0.met(steps)
    }
}

impl Node {
    fn met(&self, steps: &[Step]) -> Option<String> {
        match self {
            Self::One { name, test } => test(steps).then(|| name.to_string()),
            Self::Or(a, b) => a.met(steps).or_else(|| b.met(steps)),
            Self::And(a, b) => Some(format!("{} and {}", a.met(steps)?, b.met(steps)?)),
        }
    }
}

fn finish_reason(response: &Response) -> &str {
    let incomplete = response.incomplete_details.as_ref();
    match incomplete.and_then(|details| details.reason.as_ref()) {
        Some(IncompleteReason::MaxOutputTokens) => "length",
        Some(reason) => reason.as_str(),
        None if response.refusal().is_some() => "content_filter",
        None if response.function_calls().next().is_some() => "tool_calls",
        None => "stop",
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operand = |node: &Self| match node {
            Self::Or(..) => format!("({node})"),
            Self::One { .. } | Self::And(..) => node.to_string(),
        };
        match self {
            Self::One { name, .. } => f.write_str(name),
            Self::Or(a, b) => write!(f, "{a} or {b}"),
            Self::And(a, b) => write!(f, "{} and {}", operand(a), operand(b)),
        }
    }
}

impl fmt::Display for StopWhen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for StopWhen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StopWhen({self})")
    }
}
