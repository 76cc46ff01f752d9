//! [`Counts`]: the usage of a reply, from all its reports.

use orouter_wire::{
    InputTokensDetails, OutputTokensDetails, ServerToolUseDetails, ServiceTier, Usage,
};

use super::model::{self, Compactions};
use crate::output::fill_count;
use crate::tolerant::Label;

/// The usage of a reply so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    input: Option<u64>,
    cache_read: Option<u64>,
    cache_written: Option<u64>,
    /// The output at the beginning of a stream. It counts if no other report has one: the number is
    /// a placeholder.
    first_output: Option<u64>,
    output: Option<u64>,
    thinking: Option<u64>,
    web_searches: Option<u64>,
    compactions: Compactions,
    service_tier: Option<String>,
}

impl Counts {
    /// Adds the report at the beginning of a stream.
    pub(super) fn add_first(&mut self, report: &model::Usage) {
        let output = self.output.take();
        self.add(report);
        self.first_output = self.first_output.max(self.output.take());
        self.output = output;
    }

    /// Adds a report. Reports are cumulative: a later one replaces an earlier one, as far as it has
    /// counts. Some servers send the input only at the beginning and zeros at the end, others the
    /// other way around.
    pub(super) fn add(&mut self, report: &model::Usage) {
        let (read, written) = (report.cache_read_input_tokens, report.cache_written());
        let counts = [report.input_tokens, read, written];
        if counts.into_iter().flatten().any(|count| count > 0) {
            // The three are parts of one number, so a 0 among them counts.
            self.input = report.input_tokens.or(self.input);
            self.cache_read = read.or(self.cache_read);
            self.cache_written = written.or(self.cache_written);
        } else {
            fill_count(&mut self.input, report.input_tokens);
            fill_count(&mut self.cache_read, read);
            fill_count(&mut self.cache_written, written);
        }
        self.output = self.output.max(report.output_tokens);
        if let Some(details) = &report.output_tokens_details {
            let thinking = details.thinking_tokens.max(details.reasoning_tokens);
            self.thinking = self.thinking.max(thinking);
        }
        if let Some(tools) = &report.server_tool_use {
            self.web_searches = self.web_searches.max(tools.web_search_requests);
        }
        if let Some(compactions) = report.iterations {
            self.compactions.raise(compactions);
        }
        let tier = report.service_tier.as_ref().map(Label::as_str);
        if let Some(tier) = tier.filter(|tier| !tier.is_empty()) {
            self.service_tier = Some(tier.to_owned());
        }
    }

    /// Returns the usage, or `None` if no report had token counts.
    ///
    /// `input_tokens` includes the tokens read from and written to a cache, which Anthropic counts
    /// beside it. `output_tokens` includes the tokens of thinking. All counts include those of
    /// compactions, which the provider bills too.
    pub(super) fn usage(&self) -> Option<Usage> {
        let output = self.output.or(self.first_output);
        self.input.or(output)?;
        let more = self.compactions;
        let read = self.cache_read.unwrap_or(0);
        let read = read.saturating_add(more.cache_read);
        let written = match more.cache_written {
            0 => self.cache_written,
            more => Some(self.cache_written.unwrap_or(0).saturating_add(more)),
        };
        let input = self.input.unwrap_or(0).saturating_add(more.input);
        let input = input.saturating_add(read);
        let input = input.saturating_add(written.unwrap_or(0));
        let output = output.unwrap_or(0).saturating_add(more.output);
        let mut usage = Usage::new(input, output);
        let mut details = InputTokensDetails::cached(read);
        details.cache_write_tokens = written;
        usage.input_tokens_details = Some(details);
        let thinking = self.thinking.unwrap_or(0).min(output);
        usage.output_tokens_details = Some(OutputTokensDetails::reasoning(thinking));
        if self.web_searches.unwrap_or(0) > 0 {
            let mut tools = ServerToolUseDetails::default();
            tools.web_search_requests = self.web_searches;
            usage.server_tool_use_details = Some(tools);
        }
        Some(usage)
    }

    /// Returns the tier at which the request was served.
    pub(super) fn service_tier(&self) -> Option<ServiceTier> {
        let tier = self.service_tier.as_deref()?;
        Some(match tier {
            "standard" => ServiceTier::Default,
            tier => ServiceTier::from(tier.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(reports: &[&str]) -> Usage {
        let mut counts = Counts::default();
        for (number, report) in reports.iter().enumerate() {
            let report = orouter_wire::from_str(report).unwrap();
            match number {
                0 => counts.add_first(&report),
                _ => counts.add(&report),
            }
        }
        counts.usage().unwrap()
    }

    #[track_caller]
    fn check(reports: &[&str], input: u64, read: u64, written: u64, output: u64, thinking: u64) {
        let usage = of(reports);
        let details = usage.input_tokens_details.as_ref().unwrap();
        let found = (
            usage.input_tokens,
            usage.cached_tokens(),
            details.cache_write_tokens.unwrap_or(0),
            usage.output_tokens,
            usage.reasoning_tokens(),
        );
        assert_eq!(
            found,
            (input, read, written, output, thinking),
            "{reports:?}"
        );
        assert_eq!(usage.total_tokens, input + output);
    }

    #[test]
    fn trap_18_the_input_includes_the_cache() {
        check(
            &[
                r#"{"input_tokens":10,"cache_read_input_tokens":70,"cache_creation_input_tokens":30,"output_tokens":5}"#,
            ],
            110,
            70,
            30,
            5,
            0,
        );
        // Only the parts by time.
        check(
            &[
                r#"{"input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":3},"output_tokens":5.0}"#,
            ],
            17,
            0,
            7,
            5,
            0,
        );
        // Both.
        check(
            &[
                r#"{"input_tokens":10,"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":3},"output_tokens":5}"#,
            ],
            17,
            0,
            7,
            5,
            0,
        );
        check(
            &[r#"{"input_tokens":10,"cache_creation":null,"output_tokens":null}"#],
            10,
            0,
            0,
            0,
            0,
        );
    }

    #[test]
    fn trap_18_reports_are_cumulative() {
        let start = r#"{"input_tokens":10,"cache_read_input_tokens":70,"cache_creation_input_tokens":30,"output_tokens":1}"#;
        check(&[start, r#"{"output_tokens":9}"#], 110, 70, 30, 9, 0);
        check(
            &[start, r#"{"input_tokens":0,"output_tokens":9}"#],
            110,
            70,
            30,
            9,
            0,
        );
        check(
            &[
                start,
                r#"{"input_tokens":0,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":9}"#,
            ],
            110,
            70,
            30,
            9,
            0,
        );
        // A 0 beside other counts is one.
        check(
            &[
                start,
                r#"{"input_tokens":0,"cache_read_input_tokens":80,"cache_creation_input_tokens":0,"output_tokens":9}"#,
            ],
            80,
            80,
            0,
            9,
            0,
        );
        check(
            &[
                r#"{"input_tokens":43,"output_tokens":1}"#,
                r#"{"input_tokens":61,"output_tokens":2}"#,
            ],
            61,
            0,
            0,
            2,
            0,
        );
        check(
            &[
                r#"{"input_tokens":0,"output_tokens":0}"#,
                r#"{"input_tokens":61,"output_tokens":2}"#,
            ],
            61,
            0,
            0,
            2,
            0,
        );
        // The output at the beginning is a placeholder.
        check(&[start, r#"{"output_tokens":0}"#], 110, 70, 30, 0, 0);
        check(&[start, r#"{"output_tokens":null}"#], 110, 70, 30, 1, 0);
        // After that, the output never becomes less.
        check(
            &[
                start,
                r#"{"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}"#,
                r#"{"output_tokens":0,"output_tokens_details":null}"#,
            ],
            110,
            70,
            30,
            9,
            4,
        );
    }

    #[test]
    fn compactions_are_added() {
        let runs = r#""iterations":[
            {"type":"compaction","input_tokens":1000,"output_tokens":100,"cache_read_input_tokens":50,"cache_creation_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":7}},
            {"type":"message","input_tokens":220,"output_tokens":8},
            {"type":"advisor_message","input_tokens":9000,"output_tokens":9000},
            {"type":"compaction","input_tokens":2000.0,"output_tokens":null},
            null, 3, {}, {"input_tokens":5}
        ]"#;
        let with_runs = format!(r#"{{"input_tokens":220,"output_tokens":8,{runs}}}"#);
        let whole = (220 + 3000 + 50 + 7, 50, 7, 108, 0);
        for reports in [
            &[with_runs.as_str()][..],
            // The beginning of a stream counts the input before the compaction.
            &[r#"{"input_tokens":3000,"output_tokens":2}"#, &with_runs],
            // Reports are cumulative.
            &[&with_runs, &with_runs],
            &[&with_runs, r#"{"output_tokens":8,"iterations":[]}"#],
            &[&with_runs, r#"{"output_tokens":8,"iterations":null}"#],
        ] {
            check(reports, whole.0, whole.1, whole.2, whole.3, whole.4);
        }
        for runs in [
            "[]",
            "null",
            "3",
            "{}",
            r#"[{"type":"message","input_tokens":9}]"#,
        ] {
            let report = format!(r#"{{"input_tokens":220,"output_tokens":8,"iterations":{runs}}}"#);
            check(&[&report], 220, 0, 0, 8, 0);
        }
    }

    #[test]
    fn tools_of_the_provider_and_the_tier_are_kept() {
        let mut counts = Counts::default();
        assert_eq!(counts.usage(), None);
        for report in [
            r#"{"input_tokens":1,"service_tier":"standard"}"#,
            r#"{"output_tokens":1,"server_tool_use":{"web_search_requests":2,"web_fetch_requests":1}}"#,
            r#"{"output_tokens":1,"service_tier":null,"server_tool_use":{"web_search_requests":0}}"#,
        ] {
            counts.add(&orouter_wire::from_str(report).unwrap());
        }
        let tools = counts.usage().unwrap().server_tool_use_details.unwrap();
        assert_eq!(tools.web_search_requests, Some(2));
        assert_eq!(counts.service_tier(), Some(ServiceTier::Default));
        counts.add(&orouter_wire::from_str(r#"{"service_tier":"priority"}"#).unwrap());
        assert_eq!(counts.service_tier(), Some(ServiceTier::Priority));
        let none = Counts::default();
        assert_eq!((none.usage(), none.service_tier()), (None, None));
    }
}
