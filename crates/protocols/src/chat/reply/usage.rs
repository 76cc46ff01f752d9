//! Usage of Chat Completions as [`Usage`] of the Responses API.

use orouter_wire::{CostDetails, Extra, InputTokensDetails, OutputTokensDetails, Raw, Usage, Wire};

use super::model;
use super::model::{CompletionDetails, Cost, PromptDetails};
use crate::output::{fill_amount, fill_count};

/// Units of `cost_in_usd_ticks` in a US dollar.
const TICKS_PER_USD: f64 = 1e10;

/// Fills what a later report leaves out or sets to 0 from an earlier one. Reports are cumulative;
/// servers in front of Anthropic models send the prompt first and the completion last, and some
/// servers send details once.
pub(super) fn fill(later: &mut model::Usage, earlier: &model::Usage) {
    let counts = |usage: &model::Usage| {
        let prompt = (usage.prompt_tokens, usage.input_tokens);
        (prompt, (usage.completion_tokens, usage.output_tokens))
    };
    let before = counts(later);
    fill_count(&mut later.prompt_tokens, earlier.prompt_tokens);
    fill_count(&mut later.completion_tokens, earlier.completion_tokens);
    fill_count(&mut later.input_tokens, earlier.input_tokens);
    fill_count(&mut later.output_tokens, earlier.output_tokens);
    // A total belongs to the counts beside it.
    if counts(later) == counts(earlier) {
        fill_count(&mut later.total_tokens, earlier.total_tokens);
    } else if counts(later) != before {
        later.total_tokens = None;
    }
    later.prompt_tokens_details = PromptDetails::joined(
        later.prompt_tokens_details.take(),
        earlier.prompt_tokens_details.as_ref(),
    );
    later.input_tokens_details = PromptDetails::joined(
        later.input_tokens_details.take(),
        earlier.input_tokens_details.as_ref(),
    );
    later.completion_tokens_details = CompletionDetails::joined(
        later.completion_tokens_details.take(),
        earlier.completion_tokens_details.as_ref(),
    );
    later.output_tokens_details = CompletionDetails::joined(
        later.output_tokens_details.take(),
        earlier.output_tokens_details.as_ref(),
    );
    for (later, earlier) in [
        (
            &mut later.prompt_cache_hit_tokens,
            earlier.prompt_cache_hit_tokens,
        ),
        (
            &mut later.cache_read_input_tokens,
            earlier.cache_read_input_tokens,
        ),
        (
            &mut later.cache_creation_input_tokens,
            earlier.cache_creation_input_tokens,
        ),
        (&mut later.cached_tokens, earlier.cached_tokens),
        (&mut later.num_cached_tokens, earlier.num_cached_tokens),
        (&mut later.reasoning_tokens, earlier.reasoning_tokens),
        (&mut later.cost_in_usd_ticks, earlier.cost_in_usd_ticks),
        (&mut later.num_sources_used, earlier.num_sources_used),
    ] {
        fill_count(later, earlier);
    }
    if later.cost.as_ref().and_then(Cost::total).unwrap_or(0.0) == 0.0 && earlier.cost.is_some() {
        later.cost.clone_from(&earlier.cost);
    }
    match (&mut later.cost_details, &earlier.cost_details) {
        (Some(later), Some(earlier)) => {
            fill_amount(
                &mut later.upstream_inference_cost,
                earlier.upstream_inference_cost,
            );
            fill_amount(
                &mut later.upstream_inference_prompt_cost,
                earlier.upstream_inference_prompt_cost,
            );
            fill_amount(
                &mut later.upstream_inference_completions_cost,
                earlier.upstream_inference_completions_cost,
            );
        }
        (later, earlier) => *later = later.take().or_else(|| earlier.clone()),
    }
    fill_amount(&mut later.estimated_cost, earlier.estimated_cost);
    later.is_byok = later.is_byok.or(earlier.is_byok);
    if later.server_tool_use_details.is_none() {
        later
            .server_tool_use_details
            .clone_from(&earlier.server_tool_use_details);
    }
}

/// Converts usage.
///
/// `input_tokens` includes tokens read from and written to a cache, `output_tokens` includes
/// reasoning tokens, and `total_tokens` is their sum. Some servers count these tokens beside the
/// prompt or the completion. Their total shows it; without a total, a part that is larger than its
/// whole does.
///
/// The amount that the upstream charges becomes `cost_details.upstream_inference_cost`; `cost` is
/// what the server charges. `beside` is a cost that the reply reports outside of its usage.
pub(super) fn convert(usage: &model::Usage, beside: Option<f64>) -> Usage {
    let input = PromptDetails::joined(
        usage.prompt_tokens_details.clone(),
        usage.input_tokens_details.as_ref(),
    );
    let output = CompletionDetails::joined(
        usage.completion_tokens_details.clone(),
        usage.output_tokens_details.as_ref(),
    );
    let (input, output) = (input.as_ref(), output.as_ref());
    let (mut prompt, mut completion) = (usage.prompt_tokens, usage.completion_tokens);
    fill_count(&mut prompt, usage.input_tokens);
    fill_count(&mut completion, usage.output_tokens);
    let cached = greatest([
        input.and_then(|details| details.cached_tokens),
        usage.prompt_cache_hit_tokens,
        usage.cache_read_input_tokens,
        usage.cached_tokens,
        usage.num_cached_tokens,
    ]);
    let written = greatest([
        input.and_then(|details| details.cache_write_tokens),
        input.and_then(|details| details.cache_creation_tokens),
        usage.cache_creation_input_tokens,
    ]);
    let reasoning = greatest([
        output.and_then(|details| details.reasoning_tokens),
        usage.reasoning_tokens,
    ]);
    let counts = Counts {
        prompt: prompt.unwrap_or(0),
        completion: completion.unwrap_or(0),
        total: usage.total_tokens,
        cached: cached.unwrap_or(0),
        written: written.unwrap_or(0),
        audio: input.and_then(|details| details.audio_tokens).unwrap_or(0),
        reasoning: reasoning.unwrap_or(0),
    };
    let (input_tokens, output_tokens) = counts.whole();
    let mut converted = Usage::new(input_tokens, output_tokens);

    let mut details = InputTokensDetails::cached(counts.cached);
    details.cache_write_tokens = written;
    if let Some(input) = input {
        details.audio_tokens = input.audio_tokens;
        details.image_tokens = input.image_tokens;
        details.text_tokens = input.text_tokens;
        details.video_tokens = input.video_tokens;
    }
    converted.input_tokens_details = Some(details);
    let mut details = OutputTokensDetails::reasoning(counts.reasoning);
    if let Some(output) = output {
        details.audio_tokens = output.audio_tokens;
        details.image_tokens = output.image_tokens;
        details.text_tokens = output.text_tokens;
        details.accepted_prediction_tokens = output.accepted_prediction_tokens;
        details.rejected_prediction_tokens = output.rejected_prediction_tokens;
    }
    converted.output_tokens_details = Some(details);

    converted.cost_details = cost(usage, beside);
    converted.cost_in_usd_ticks = usage.cost_in_usd_ticks;
    converted.num_sources_used = usage.num_sources_used;
    converted
        .server_tool_use_details
        .clone_from(&usage.server_tool_use_details);
    converted
}

/// Counts as the upstream reports them.
struct Counts {
    prompt: u64,
    completion: u64,
    total: Option<u64>,
    cached: u64,
    written: u64,
    audio: u64,
    reasoning: u64,
}

impl Counts {
    /// Returns the input tokens and the output tokens, with all their parts.
    fn whole(&self) -> (u64, u64) {
        let (mut input, mut output) = (self.prompt, self.completion);
        let sum = input.saturating_add(output);
        let beside = self
            .total
            .and_then(|total| total.checked_sub(sum))
            .unwrap_or(0);
        let cache = self.cached.saturating_add(self.written);
        if beside > 0 {
            let candidates = [cache, self.written, self.cached, self.audio];
            let with_reasoning = |part: &u64| part.saturating_add(self.reasoning) == beside;
            if beside == self.reasoning {
                output = output.saturating_add(beside);
            } else if candidates.contains(&beside) {
                input = input.saturating_add(beside);
            } else if let Some(part) = candidates.iter().copied().find(with_reasoning) {
                input = input.saturating_add(part);
                output = output.saturating_add(self.reasoning);
            } else {
                // Gemini reports its thoughts in the total only.
                output = output.saturating_add(beside);
            }
        }
        // Mistral counts whole blocks of its cache, so a total that is the sum confirms the prompt.
        if cache > input && self.total != Some(sum) {
            input = input.saturating_add(cache);
        }
        // Some servers estimate reasoning tokens, and estimate too many.
        if self.reasoning > output && self.total != Some(sum) {
            output = output.saturating_add(self.reasoning);
        }
        (input, output)
    }
}

/// Returns the amounts that the upstream charges.
fn cost(usage: &model::Usage, beside: Option<f64>) -> Option<CostDetails> {
    let mut details = CostDetails::default();
    let own = usage.cost_details.as_ref();
    let provider = own.and_then(|details| details.upstream_inference_cost);
    if let Some(own) = own {
        details.upstream_inference_input_cost = own.upstream_inference_prompt_cost;
        details.upstream_inference_output_cost = own.upstream_inference_completions_cost;
    }
    if let Some(Cost::Parts(parts)) = &usage.cost {
        fill_amount(
            &mut details.upstream_inference_input_cost,
            parts.input_tokens_cost,
        );
        fill_amount(
            &mut details.upstream_inference_output_cost,
            parts.output_tokens_cost,
        );
    }
    let charged = usage.cost.as_ref().and_then(Cost::total);
    let ticks = usage.cost_in_usd_ticks.map(|ticks| {
        #[allow(clippy::cast_precision_loss, reason = "costs are below 2^53 units")]
        let ticks = ticks as f64;
        ticks / TICKS_PER_USD
    });
    let mut total = charged;
    match (charged, provider) {
        // With a key of one's own, the provider charges beside OpenRouter.
        (Some(charged), Some(provider)) if usage.is_byok == Some(true) => {
            total = Some(charged + provider);
        }
        (_, provider) => fill_amount(&mut total, provider),
    }
    for other in [usage.estimated_cost, ticks, beside] {
        fill_amount(&mut total, other);
    }
    details.upstream_inference_cost = total.filter(|cost| cost.is_finite() && *cost >= 0.0);
    (details != CostDetails::default()).then_some(details)
}

/// Returns an amount in US dollars: a number, or the member `usd` of Venice.
pub(super) fn amount(cost: &Raw) -> Option<f64> {
    let usd = || {
        let members: Extra = cost.parse_wire::<Venice>().ok().map(|cost| cost.extra)?;
        members.get("usd")?.parse_wire().ok()
    };
    cost.parse_wire().ok().or_else(usd)
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Venice {
    extra: Extra,
}

fn greatest<const N: usize>(counts: [Option<u64>; N]) -> Option<u64> {
    counts.into_iter().flatten().max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Usage {
        convert(&orouter_wire::from_str(json).unwrap(), None)
    }

    #[track_caller]
    fn check(json: &str, input: u64, output: u64, cached: u64, reasoning: u64) {
        let usage = read(json);
        let found = (
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens(),
            usage.reasoning_tokens(),
        );
        assert_eq!(found, (input, output, cached, reasoning), "{json}");
        assert_eq!(usage.total_tokens, input + output);
    }

    #[test]
    fn trap_18_totals_show_which_tokens_are_counted_beside() {
        // OpenAI: parts are within.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,
                "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}"#,
            10,
            5,
            4,
            3,
        );
        // DeepSeek.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":2}"#,
            10,
            5,
            8,
            0,
        );
        // xAI: reasoning beside the completion.
        check(
            r#"{"prompt_tokens":213,"completion_tokens":2,"total_tokens":413,"completion_tokens_details":{"reasoning_tokens":198}}"#,
            213,
            200,
            0,
            198,
        );
        // Anthropic behind a gateway: the cache beside the prompt.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":115,"cache_read_input_tokens":70,"cache_creation_input_tokens":30}"#,
            110,
            5,
            70,
            0,
        );
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"cache_read_input_tokens":70,"cache_creation_input_tokens":30}"#,
            110,
            5,
            70,
            0,
        );
        // Both.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":92,"cache_read_input_tokens":70,"reasoning_tokens":7}"#,
            80,
            12,
            70,
            7,
        );
        // Gemini: thoughts in the total only.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":40}"#,
            10,
            30,
            0,
            0,
        );
        // More reasoning than completion: an estimate if the total confirms the completion.
        check(
            r#"{"prompt_tokens":40,"completion_tokens":16,"total_tokens":56,"completion_tokens_details":{"reasoning_tokens":19}}"#,
            40,
            16,
            0,
            19,
        );
        check(
            r#"{"prompt_tokens":40,"completion_tokens":14,"completion_tokens_details":{"reasoning_tokens":112}}"#,
            40,
            126,
            0,
            112,
        );
        // Mistral: audio beside the prompt.
        check(
            r#"{"prompt_tokens":11,"completion_tokens":15,"total_tokens":401,"prompt_tokens_details":{"audio_tokens":375,"cached_tokens":9}}"#,
            386,
            15,
            9,
            0,
        );
        // Mistral: more cached tokens than prompt.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":142,"total_tokens":152,"num_cached_tokens":64}"#,
            10,
            142,
            64,
            0,
        );
        // A total that cannot be right.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":1}"#,
            10,
            5,
            0,
            0,
        );
        check("{}", 0, 0, 0, 0);
    }

    #[test]
    fn trap_18_zeros_and_empty_members_do_not_hide_counts() {
        for json in [
            r#"{"prompt_tokens":0,"completion_tokens":0,"input_tokens":12,"output_tokens":5,
                "input_tokens_details":{"cached_tokens":4},"output_tokens_details":{"reasoning_tokens":3}}"#,
            r#"{"prompt_tokens":12,"completion_tokens":5,"input_tokens":0,"output_tokens":0,
                "prompt_tokens_details":{"cached_tokens":4},"input_tokens_details":{"cached_tokens":0},
                "completion_tokens_details":{"reasoning_tokens":3},"output_tokens_details":{}}"#,
            r#"{"prompt_tokens":12,"completion_tokens":5,
                "prompt_tokens_details":{},"input_tokens_details":{"cached_tokens":4},
                "completion_tokens_details":{"reasoning_tokens":null},"output_tokens_details":{"reasoning_tokens":3}}"#,
            r#"{"prompt_tokens":"x","input_tokens":12,"completion_tokens":5,"cached_tokens":4,
                "prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0},"reasoning_tokens":3}"#,
        ] {
            check(json, 12, 5, 4, 3);
        }
        check(
            r#"{"prompt_tokens":0,"completion_tokens":5,"input_tokens":0}"#,
            0,
            5,
            0,
            0,
        );
    }

    #[test]
    fn trap_18_later_reports_are_cumulative() {
        let first: model::Usage = orouter_wire::from_str(
            r#"{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}"#,
        )
        .unwrap();
        let mut last: model::Usage =
            orouter_wire::from_str(r#"{"prompt_tokens":0,"completion_tokens":7,"total_tokens":7}"#)
                .unwrap();
        fill(&mut last, &first);
        let usage = convert(&last, None);
        assert_eq!((usage.input_tokens, usage.output_tokens), (10, 7));
    }

    #[test]
    fn costs_are_those_of_the_upstream() {
        for (json, cost) in [
            (
                r#"{"cost":0.5,"cost_details":{"upstream_inference_cost":0.25}}"#,
                Some(0.5),
            ),
            (
                r#"{"cost":0.5,"is_byok":true,"cost_details":{"upstream_inference_cost":0.25}}"#,
                Some(0.75),
            ),
            (
                r#"{"cost_details":{"upstream_inference_cost":0.25}}"#,
                Some(0.25),
            ),
            (
                r#"{"cost":{"input_tokens_cost":0.25,"output_tokens_cost":0.25,"total_cost":0.75}}"#,
                Some(0.75),
            ),
            (r#"{"cost_in_usd_ticks":5000000000}"#, Some(0.5)),
            (r#"{"estimated_cost":0.125}"#, Some(0.125)),
            (r#"{"cost":"free"}"#, None),
            (r#"{"cost":0}"#, Some(0.0)),
            (r#"{"cost":0,"estimated_cost":0.125}"#, Some(0.125)),
            (
                r#"{"cost":0,"estimated_cost":0,"cost_in_usd_ticks":5000000000}"#,
                Some(0.5),
            ),
            (
                r#"{"cost":0,"cost_details":{"upstream_inference_cost":0.25}}"#,
                Some(0.25),
            ),
            (
                r#"{"cost":{"total_cost":0},"estimated_cost":0.125}"#,
                Some(0.125),
            ),
            (r#"{"cost":-1}"#, None),
        ] {
            let usage = read(json);
            let found = usage
                .cost_details
                .and_then(|details| details.upstream_inference_cost);
            assert_eq!(found, cost, "{json}");
            assert_eq!(usage.cost, None);
        }
    }
}
