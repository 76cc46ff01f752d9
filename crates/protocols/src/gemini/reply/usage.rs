//! Usage of generateContent as [`Usage`] of the Responses API.

use orouter_wire::{InputTokensDetails, OutputTokensDetails, ServiceTier, Usage};

use super::model::{ModalityCount, UsageMetadata, Word};
use crate::output::fill_count;
use crate::tolerant::List;

/// Fills what a later report leaves out or sets to 0 from an earlier one. Reports are cumulative, so
/// the output never becomes smaller; the last count of the prompt is the one that is charged.
pub(super) fn fill(later: &mut UsageMetadata, earlier: &UsageMetadata) {
    let counts = |usage: &UsageMetadata| {
        (
            usage.prompt,
            usage.tool_use,
            usage.candidates,
            usage.thoughts,
        )
    };
    let before = counts(later);
    fill_count(&mut later.prompt, earlier.prompt);
    fill_count(&mut later.cached, earlier.cached);
    fill_count(&mut later.tool_use, earlier.tool_use);
    later.candidates = later.candidates.max(earlier.candidates);
    later.thoughts = later.thoughts.max(earlier.thoughts);
    // A total belongs to the counts beside it.
    if counts(later) == counts(earlier) {
        fill_count(&mut later.total, earlier.total);
    } else if counts(later) != before {
        later.total = None;
    }
    let lists = [
        (&mut later.prompt_details, &earlier.prompt_details),
        (&mut later.candidates_details, &earlier.candidates_details),
    ];
    for (later, earlier) in lists {
        if later.as_ref().is_none_or(List::is_empty) {
            later.clone_from(earlier);
        }
    }
    if later.service_tier.is_none() {
        later.service_tier.clone_from(&earlier.service_tier);
    }
    if later.traffic_type.is_none() {
        later.traffic_type.clone_from(&earlier.traffic_type);
    }
}

/// Converts usage.
///
/// The input is the prompt, of which the cached tokens are a part, and the results of the provider's
/// own tools. The output is the candidates and the thoughts. Some models count the thoughts among the
/// candidates; the total shows it. A total that is larger than all counts has output that no count
/// has.
pub(super) fn convert(usage: UsageMetadata) -> Usage {
    let count = |count: Option<u64>| count.unwrap_or(0);
    let input = count(usage.prompt).saturating_add(count(usage.tool_use));
    let (visible, thoughts) = (count(usage.candidates), count(usage.thoughts));
    let mut output = visible.saturating_add(thoughts);
    let sum = input.saturating_add(output);
    if let Some(total) = usage.total {
        if total > sum {
            output = total.saturating_sub(input);
        } else if total == input.saturating_add(visible) && thoughts <= visible {
            output = visible;
        }
    }
    let mut converted = Usage::new(input, output);
    let mut details = InputTokensDetails::cached(count(usage.cached));
    let modalities = Modalities::of(usage.prompt_details);
    details.text_tokens = modalities.text;
    details.image_tokens = modalities.image;
    details.audio_tokens = modalities.audio;
    details.video_tokens = modalities.video;
    converted.input_tokens_details = Some(details);
    let mut details = OutputTokensDetails::reasoning(thoughts);
    let modalities = Modalities::of(usage.candidates_details);
    details.text_tokens = modalities.text;
    details.image_tokens = modalities.image;
    details.audio_tokens = modalities.audio;
    converted.output_tokens_details = Some(details);
    converted
}

/// Returns the service tier that the reply was made with.
pub(super) fn service_tier(usage: &UsageMetadata) -> Option<ServiceTier> {
    let traffic = match &usage.traffic_type {
        Some(Word::Name(name)) => name.strip_prefix("ON_DEMAND"),
        _ => None,
    };
    let traffic = traffic.map(|rest| rest.strip_prefix('_').unwrap_or(rest));
    let word = usage.service_tier.as_deref().or(traffic)?;
    Some(match word.to_ascii_lowercase().as_str() {
        "" | "standard" => ServiceTier::from("default"),
        other => ServiceTier::from(other),
    })
}

/// Token counts by modality.
#[derive(Default)]
struct Modalities {
    text: Option<u64>,
    image: Option<u64>,
    audio: Option<u64>,
    video: Option<u64>,
}

impl Modalities {
    fn of(counts: Option<List<ModalityCount>>) -> Self {
        let mut all = Self::default();
        for entry in counts.into_iter().flatten() {
            let place = match &entry.modality {
                Some(Word::Name(name)) => match name.as_str() {
                    "TEXT" => &mut all.text,
                    "IMAGE" => &mut all.image,
                    "AUDIO" => &mut all.audio,
                    "VIDEO" => &mut all.video,
                    _ => continue,
                },
                Some(Word::Number(1)) => &mut all.text,
                Some(Word::Number(2)) => &mut all.image,
                Some(Word::Number(3)) => &mut all.video,
                Some(Word::Number(4)) => &mut all.audio,
                _ => continue,
            };
            let sum = place.unwrap_or(0).saturating_add(entry.count.unwrap_or(0));
            *place = Some(sum);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> UsageMetadata {
        orouter_wire::from_str(json).unwrap()
    }

    #[track_caller]
    fn check(json: &str, input: u64, output: u64, cached: u64, reasoning: u64) {
        let usage = convert(read(json));
        let found = (
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens(),
            usage.reasoning_tokens(),
        );
        assert_eq!(found, (input, output, cached, reasoning), "{json}");
        assert_eq!(usage.total_tokens, input + output, "{json}");
    }

    #[test]
    fn trap_18_parts_are_counted_once() {
        check(
            r#"{"promptTokenCount":100,"cachedContentTokenCount":80,"candidatesTokenCount":5,"totalTokenCount":105}"#,
            100,
            5,
            80,
            0,
        );
        // Thoughts beside the candidates, and results of tools beside the prompt.
        check(
            r#"{"promptTokenCount":147,"candidatesTokenCount":108,"totalTokenCount":783,"toolUsePromptTokenCount":360,"thoughtsTokenCount":168}"#,
            507,
            276,
            0,
            168,
        );
        check(
            r#"{"promptTokenCount":15.0,"thoughtsTokenCount":2,"totalTokenCount":17}"#,
            15,
            2,
            0,
            2,
        );
        // Thoughts among the candidates.
        check(
            r#"{"promptTokenCount":10,"candidatesTokenCount":50,"thoughtsTokenCount":40,"totalTokenCount":60}"#,
            10,
            50,
            0,
            40,
        );
        // Thoughts in the total only.
        check(
            r#"{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":40}"#,
            10,
            30,
            0,
            0,
        );
        check(
            r#"{"promptTokenCount":10,"totalTokenCount":40}"#,
            10,
            30,
            0,
            0,
        );
        // A total that cannot be right, and none.
        check(
            r#"{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":1}"#,
            10,
            5,
            0,
            0,
        );
        check(
            r#"{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":null}"#,
            10,
            5,
            0,
            0,
        );
        check("{}", 0, 0, 0, 0);
    }

    #[test]
    fn trap_18_the_last_report_counts_and_output_never_becomes_smaller() {
        for (reports, input, output) in [
            (
                [
                    r#"{"promptTokenCount":15,"totalTokenCount":15}"#,
                    r#"{"promptTokenCount":14,"candidatesTokenCount":33,"totalTokenCount":47}"#,
                ],
                14,
                33,
            ),
            (
                [
                    r#"{"promptTokenCount":46,"candidatesTokenCount":51,"thoughtsTokenCount":101,"totalTokenCount":198}"#,
                    r#"{"promptTokenCount":46,"totalTokenCount":46}"#,
                ],
                46,
                152,
            ),
            (
                [
                    r#"{"promptTokenCount":46,"candidatesTokenCount":51,"totalTokenCount":97}"#,
                    r#"{"promptTokenCount":0,"candidatesTokenCount":9,"totalTokenCount":9}"#,
                ],
                46,
                51,
            ),
        ] {
            let mut last = read(reports[1]);
            fill(&mut last, &read(reports[0]));
            let usage = convert(last);
            assert_eq!(
                (usage.input_tokens, usage.output_tokens),
                (input, output),
                "{reports:?}"
            );
        }
    }

    #[test]
    fn modalities_are_read_by_name_and_by_number() {
        let usage = convert(read(
            r#"{"promptTokensDetails":[{"modality":"TEXT","tokenCount":3},{"modality":"IMAGE","tokenCount":258},
                {"modality":"DOCUMENT","tokenCount":9},{"modality":"AUDIO","tokenCount":4},{"modality":3,"tokenCount":5}],
               "candidatesTokensDetails":[{"modality":1,"tokenCount":7},{"modality":"IMAGE","tokenCount":1290},null]}"#,
        ));
        let input = usage.input_tokens_details.unwrap();
        assert_eq!(input.text_tokens, Some(3));
        assert_eq!(input.image_tokens, Some(258));
        assert_eq!(input.audio_tokens, Some(4));
        assert_eq!(input.video_tokens, Some(5));
        let output = usage.output_tokens_details.unwrap();
        assert_eq!(output.text_tokens, Some(7));
        assert_eq!(output.image_tokens, Some(1290));
        assert_eq!(output.audio_tokens, None);
    }

    #[test]
    fn service_tiers_have_the_names_of_the_responses_api() {
        for (json, tier) in [
            (r#"{"serviceTier":"standard"}"#, Some("default")),
            (r#"{"serviceTier":"priority"}"#, Some("priority")),
            (r#"{"serviceTier":"FLEX"}"#, Some("flex")),
            (r#"{"trafficType":"ON_DEMAND"}"#, Some("default")),
            (r#"{"trafficType":"ON_DEMAND_PRIORITY"}"#, Some("priority")),
            (r#"{"trafficType":"PROVISIONED_THROUGHPUT"}"#, None),
            (r#"{"trafficType":1}"#, None),
            ("{}", None),
        ] {
            let found = service_tier(&read(json));
            assert_eq!(found.as_ref().map(ServiceTier::as_str), tier, "{json}");
        }
    }
}
