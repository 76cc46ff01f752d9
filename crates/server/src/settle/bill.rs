//! [`Bill`]: the reservation and the record of a generation, which are settled once.

use std::sync::Arc;
use std::time::Instant;

use orouter_store::{
    Accounts, Admission, AttemptRecord, CachedKey, GenerationOutcome, GenerationRecord,
    TokenCounts, Usd,
};
use orouter_wire::{Item, Response, ResponseStatus, Usage};

use crate::catalog::Endpoint;

/// The reservation and the record of a generation.
pub(crate) struct Bill {
    pub(crate) accounts: Accounts,
    pub(crate) admission: Admission,
    /// The facts that are known when the generation is admitted.
    pub(crate) record: GenerationRecord,
    /// The key of the caller.
    pub(crate) key: Option<Arc<CachedKey>>,
    /// Number of tokens that the rate limit of the key has counted.
    pub(crate) admitted_tokens: u64,
    /// Arrival of the request.
    pub(crate) started: Instant,
    /// Time of the first token.
    pub(crate) first_token: Option<Instant>,
}

/// The end of a generation.
pub(super) struct End<'a> {
    pub(super) outcome: GenerationOutcome,
    pub(super) error_type: Option<String>,
    /// The endpoint that generated.
    pub(super) endpoint: Option<&'a Arc<Endpoint>>,
    pub(super) attempts: Vec<AttemptRecord>,
}

impl Bill {
    /// Sets the time of the first token.
    pub(super) fn first_token(&mut self) {
        self.first_token = Some(Instant::now());
    }

    /// Sets tokens and cost. `estimated`: the provider did not report them.
    pub(super) fn usage(&mut self, usage: &Usage, estimated: bool) {
        let details = usage.input_tokens_details.as_ref();
        let mut tokens = TokenCounts::new(usage.input_tokens, usage.output_tokens);
        tokens.reasoning = usage.reasoning_tokens();
        tokens.cached = usage.cached_tokens();
        tokens.cache_write = details
            .and_then(|details| details.cache_write_tokens)
            .unwrap_or_default();
        let record = &mut self.record;
        record.tokens = tokens;
        record.cost = usage.cost.map(Usd::from_f64).unwrap_or_default();
        let upstream = usage.cost_details.as_ref();
        record.upstream_cost = upstream
            .and_then(|details| details.upstream_inference_cost)
            .map(Usd::from_f64);
        record.estimated = estimated;
    }

    /// Sets the facts about a response that has ended.
    pub(super) fn response(&mut self, response: &Response) {
        self.record.finish_reason = finish_reason(response).map(str::to_owned);
        self.record.service_tier = response
            .service_tier
            .as_ref()
            .map(|tier| tier.as_str().to_owned());
    }

    /// Writes the record, charges its cost and returns the rest of the reservation.
    pub(super) fn settle(self, end: End<'_>) {
        let Self {
            accounts,
            admission,
            mut record,
            key,
            admitted_tokens,
            started,
            first_token,
        } = self;
        let millis = |from: Instant, to: Instant| {
            let time = to.saturating_duration_since(from).as_millis();
            u64::try_from(time).unwrap_or(u64::MAX)
        };
        record.completed_at = accounts.now();
        record.outcome = end.outcome;
        record.cancelled = end.outcome == GenerationOutcome::Cancelled;
        if end.outcome == GenerationOutcome::Failed {
            record.finish_reason = Some("error".to_owned());
        }
        record.error_type = end.error_type;
        record.attempts = end.attempts;
        record.latency_ms = first_token.map(|first| millis(started, first));
        record.generation_ms = first_token.map(|first| millis(first, Instant::now()));
        if let Some(endpoint) = end.endpoint {
            record.model.clone_from(&endpoint.model.id);
            record.provider = Some(endpoint.provider.name().to_owned());
            record.endpoint = Some(endpoint.slug.clone());
        }
        if let Some(known) = key {
            let used = record
                .tokens
                .prompt
                .saturating_add(record.tokens.completion);
            let more = used.saturating_sub(admitted_tokens);
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            accounts.rates().add_tokens(&known.key, more);
        }
        // The excess is logged when the record is written.
        let _ = admission.settle(record);
    }
}

/// Returns the reason of the end in the words of `GET /generation`.
fn finish_reason(response: &Response) -> Option<&'static str> {
    match response.status {
        ResponseStatus::Completed => {
            let calls =
                |item: &Item| matches!(item, Item::FunctionCall(_) | Item::CustomToolCall(_));
            Some(match response.output.iter().any(calls) {
                true => "tool_calls",
                false => "stop",
            })
        }
        ResponseStatus::Incomplete => {
            let details = response.incomplete_details.as_ref();
            let reason = details.and_then(|details| details.reason.as_ref());
            Some(match reason.map(orouter_wire::IncompleteReason::as_str) {
                Some("content_filter") => "content_filter",
                _ => "length",
            })
        }
        ResponseStatus::Failed => Some("error"),
        _ => None,
    }
}
