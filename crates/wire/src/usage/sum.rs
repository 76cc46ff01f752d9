//! Sums of usage over several responses: `Add`, `AddAssign` and `Sum`.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde_json::{Number, Value};

use super::{
    CacheWriteTokens, ContextDetails, CostDetails, InputTokensDetails, OutputTokensDetails,
    PydanticGatewayUsage, ServerToolUseDetails, Usage, XaiToolUsage,
};
use crate::{Extra, Raw};

/// A value to which that of a later response can be added.
trait Accumulate {
    fn accumulate(&mut self, later: &Self);
}

impl Accumulate for u64 {
    fn accumulate(&mut self, later: &Self) {
        *self = self.saturating_add(*later);
    }
}

impl Accumulate for f64 {
    fn accumulate(&mut self, later: &Self) {
        *self += later;
    }
}

/// `true` if any is.
impl Accumulate for bool {
    fn accumulate(&mut self, later: &Self) {
        *self |= later;
    }
}

/// A value that is not known does not change the sum.
impl<T: Accumulate + Clone> Accumulate for Option<T> {
    fn accumulate(&mut self, later: &Self) {
        match (self, later) {
            (Some(sum), Some(later)) => sum.accumulate(later),
            (sum @ None, Some(later)) => *sum = Some(later.clone()),
            (_, None) => {}
        }
    }
}

impl<T: Accumulate> Accumulate for Box<T> {
    fn accumulate(&mut self, later: &Self) {
        (**self).accumulate(later);
    }
}

/// The numbers of single turns follow each other.
impl Accumulate for Vec<u64> {
    fn accumulate(&mut self, later: &Self) {
        self.extend(later);
    }
}

/// The size of a context is not a sum.
impl Accumulate for ContextDetails {
    fn accumulate(&mut self, later: &Self) {
        *self = later.clone();
    }
}

impl Accumulate for Extra {
    fn accumulate(&mut self, later: &Self) {
        for (name, later) in later.iter() {
            let sum = match self.get(name) {
                Some(sum) => sum_of_raw(sum, later),
                None => later.clone(),
            };
            self.insert(name, sum);
        }
    }
}

fn sum_of_raw(sum: &Raw, later: &Raw) -> Raw {
    match (sum.parse(), later.parse()) {
        (Ok(sum), Ok(later)) => Raw::from(sum_of_values(sum, later)),
        _ => later.clone(),
    }
}

/// Numbers add, members of objects one by one. Of other values, the later one is kept.
fn sum_of_values(sum: Value, later: Value) -> Value {
    match (sum, later) {
        (Value::Number(sum), Value::Number(later)) => sum_of_numbers(&sum, later),
        (Value::Object(mut sum), Value::Object(later)) => {
            for (name, later) in later {
                let value = match sum.remove(&name) {
                    Some(value) => sum_of_values(value, later),
                    None => later,
                };
                sum.insert(name, value);
            }
            Value::Object(sum)
        }
        (sum, Value::Null) => sum,
        (_, later) => later,
    }
}

fn sum_of_numbers(sum: &Number, later: Number) -> Value {
    let integers = match (sum.as_u64(), later.as_u64()) {
        (Some(sum), Some(later)) => sum.checked_add(later),
        _ => None,
    };
    if let Some(integer) = integers {
        return integer.into();
    }
    let floats = sum.as_f64().zip(later.as_f64());
    floats
        .and_then(|(sum, later)| Number::from_f64(sum + later))
        .map_or(Value::Number(later), Value::Number)
}

/// Adds the listed members, which must be all: another one does not compile.
macro_rules! sums {
    ($($usage:ident { $($member:ident),+ $(,)? })+) => {$(
        impl Accumulate for $usage {
            fn accumulate(&mut self, later: &Self) {
                let Self { $($member),+ } = self;
                $($member.accumulate(&later.$member);)+
            }
        }

        impl AddAssign<&$usage> for $usage {
            fn add_assign(&mut self, later: &$usage) {
                self.accumulate(later);
            }
        }

        impl AddAssign for $usage {
            fn add_assign(&mut self, later: $usage) {
                self.accumulate(&later);
            }
        }

        impl Add<&$usage> for $usage {
            type Output = $usage;

            fn add(mut self, later: &$usage) -> $usage {
                self.accumulate(later);
                self
            }
        }

        impl Add for $usage {
            type Output = $usage;

            fn add(self, later: $usage) -> $usage {
                self + &later
            }
        }

        impl<'a> Sum<&'a $usage> for $usage {
            fn sum<I: Iterator<Item = &'a $usage>>(usages: I) -> $usage {
                usages.fold($usage::default(), Add::add)
            }
        }

        impl Sum for $usage {
            fn sum<I: Iterator<Item = $usage>>(usages: I) -> $usage {
                usages.fold($usage::default(), Add::add)
            }
        }
    )+};
}

sums! {
    Usage {
        input_tokens, input_tokens_details, output_tokens, output_tokens_details, total_tokens,
        cost, cost_details, is_byok, server_tool_use_details, server_tool_use, context_details, cost_in_usd_ticks,
        num_sources_used, num_server_side_tools_used, server_side_tool_usage_details,
        pydantic_ai_gateway, extra,
    }
    InputTokensDetails {
        cached_tokens, cache_write_tokens, cache_write_tokens_details, audio_tokens, image_tokens, text_tokens, video_tokens,
        input_tokens_per_turn, cached_tokens_per_turn, extra,
    }
    CacheWriteTokens { ttl_30m_tokens, ttl_12h_tokens, extra }
    OutputTokensDetails {
        reasoning_tokens, audio_tokens, image_tokens, text_tokens, accepted_prediction_tokens,
        rejected_prediction_tokens, tool_output_tokens, output_tokens_per_turn,
        tool_output_tokens_per_turn, extra,
    }
    CostDetails {
        upstream_inference_cost, upstream_inference_input_cost, upstream_inference_output_cost,
        server_tool_cost, extra,
    }
    ServerToolUseDetails {
        tool_calls_executed, tool_calls_requested, web_search_requests, extra,
    }
    PydanticGatewayUsage { cost_estimate, extra }
    XaiToolUsage {
        code_interpreter_calls, document_search_calls, file_search_calls, image_generation_calls,
        mcp_calls, web_search_calls, x_search_calls, browse_page_calls, view_image_calls,
        view_x_video_calls, extra,
    }
}
