//! Usage in OpenRouter's form of Chat Completions.

use orouter_wire::Usage;
use orouter_wire::json::Writer;

/// Writes the usage as the member `usage` of the open object.
pub(super) fn write(usage: &Usage, out: &mut Writer) {
    out.member("usage");
    out.open_object();
    count("prompt_tokens", usage.input_tokens, out);
    count("completion_tokens", usage.output_tokens, out);
    count("total_tokens", usage.total_tokens, out);
    if let Some(cost) = usage.cost {
        amount("cost", cost, out);
    }
    out.member("is_byok");
    out.bool(usage.is_byok.unwrap_or(false));
    out.member("prompt_tokens_details");
    out.open_object();
    let prompt = usage.input_tokens_details.as_ref();
    count("cached_tokens", usage.cached_tokens(), out);
    for (name, value) in [
        (
            "cache_write_tokens",
            prompt.and_then(|p| p.cache_write_tokens),
        ),
        ("audio_tokens", prompt.and_then(|p| p.audio_tokens)),
        ("video_tokens", prompt.and_then(|p| p.video_tokens)),
    ] {
        count(name, value.unwrap_or(0), out);
    }
    out.close_object();
    if let Some(costs) = &usage.cost_details {
        out.member("cost_details");
        out.open_object();
        out.member("upstream_inference_cost");
        match costs.upstream_inference_cost {
            Some(cost) => out.float(cost),
            None => out.null(),
        }
        // The specification requires both.
        let prompt = costs.upstream_inference_input_cost.unwrap_or(0.0);
        let completion = costs.upstream_inference_output_cost.unwrap_or(0.0);
        amount("upstream_inference_prompt_cost", prompt, out);
        amount("upstream_inference_completions_cost", completion, out);
        if let Some(cost) = costs.server_tool_cost {
            amount("server_tool_cost", cost, out);
        }
        out.close_object();
    }
    out.member("completion_tokens_details");
    out.open_object();
    let completion = usage.output_tokens_details.as_ref();
    count("reasoning_tokens", usage.reasoning_tokens(), out);
    count(
        "audio_tokens",
        completion.and_then(|c| c.audio_tokens).unwrap_or(0),
        out,
    );
    count(
        "image_tokens",
        completion.and_then(|c| c.image_tokens).unwrap_or(0),
        out,
    );
    for (name, value) in [
        (
            "accepted_prediction_tokens",
            completion.and_then(|c| c.accepted_prediction_tokens),
        ),
        (
            "rejected_prediction_tokens",
            completion.and_then(|c| c.rejected_prediction_tokens),
        ),
    ] {
        if let Some(value) = value {
            count(name, value, out);
        }
    }
    out.close_object();
    if let Some(tools) = &usage.server_tool_use_details {
        out.member("server_tool_use_details");
        out.raw(&orouter_wire::to_string(tools));
    }
    out.close_object();
}

fn count(name: &str, value: u64, out: &mut Writer) {
    out.member(name);
    out.unsigned(value);
}

fn amount(name: &str, value: f64, out: &mut Writer) {
    out.member(name);
    out.float(value);
}
