//! [`Tally`]: the usage of a generation so far, and the cost of its response.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use orouter_store::Usd;
use orouter_wire::usage::CostDetails;
use orouter_wire::{Response, ResponseStatus, ResponsesRequest, Usage};

use super::cost::Cost;
use super::plausible::plausible;
use crate::amount::Amount;
use crate::catalog::Endpoint;
use crate::prompt;

/// Number of bytes of text that count as one token, if the provider reports no usage.
const BYTES_PER_TOKEN: usize = 4;

/// The usage of a generation so far. Clones share it.
#[derive(Clone)]
pub(crate) struct Tally(Arc<Counts>);

struct Counts {
    request: Arc<ResponsesRequest>,
    /// The JSON text of the request; empty if it is not kept.
    body: Bytes,
    /// The length of the JSON text, in bytes.
    length: usize,
    /// The endpoint that generates.
    endpoint: OnceLock<Arc<Endpoint>>,
    /// Number of content deltas.
    deltas: AtomicU64,
}

impl Tally {
    /// Creates the tally of a request. `body` is its JSON text, or empty if it is not kept, and
    /// `length` the length of that text.
    pub(crate) fn new(request: Arc<ResponsesRequest>, body: Bytes, length: usize) -> Self {
        Self(Arc::new(Counts {
            request,
            body,
            length,
            endpoint: OnceLock::new(),
            deltas: AtomicU64::new(0),
        }))
    }

    /// Sets the endpoint that generates.
    pub(crate) fn served_by(&self, endpoint: Arc<Endpoint>) {
        let _ = self.0.endpoint.set(endpoint);
    }

    /// Returns the endpoint that generates.
    pub(super) fn endpoint(&self) -> Option<&Arc<Endpoint>> {
        self.0.endpoint.get()
    }

    /// Counts a content delta.
    pub(crate) fn delta(&self) {
        self.0.deltas.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets the cost of a response that has ended. Estimates its usage if the provider reports none
    /// that can be right and the response did not fail.
    pub(crate) fn charge(&self, response: &mut Response) {
        let failed = response.status == ResponseStatus::Failed;
        response.usage = response.usage.take().and_then(plausible);
        if response.usage.is_none() && !failed {
            response.usage = self.estimate(|| response.output_text());
        }
        // A response without output tokens whose end has no reason is not charged.
        let free = failed || (response.output.is_empty() && response.incomplete_details.is_none());
        if let Some(usage) = &mut response.usage {
            self.set_cost(usage, free && usage.output_tokens == 0);
        }
    }

    /// Returns the usage of a generation whose provider reported none, because it was cancelled or
    /// cut: the prompt as one token for 4 bytes, the output as one token for each delta. `None` if
    /// no endpoint has started to generate.
    pub(crate) fn estimated(&self) -> Option<Usage> {
        let mut usage = self.estimate(String::new)?;
        self.set_cost(&mut usage, false);
        Some(usage)
    }

    /// `text` is the output of a response that arrived without deltas.
    fn estimate(&self, text: impl FnOnce() -> String) -> Option<Usage> {
        self.0.endpoint.get()?;
        let bytes = if self.0.body.is_empty() {
            self.0.length
        } else {
            prompt::text_bytes(&self.0.body)
        };
        let tokens =
            |bytes: usize| u64::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(u64::MAX);
        let output = match self.0.deltas.load(Ordering::Relaxed) {
            0 => tokens(text().len()),
            deltas => deltas,
        };
        Some(Usage::new(tokens(bytes), output))
    }

    /// Sets the members of the usage about cost. A provider's own figure is the upstream's cost and
    /// not the caller's.
    fn set_cost(&self, usage: &mut Usage, free: bool) {
        usage.is_byok = Some(false);
        let Some(endpoint) = self.0.endpoint.get() else {
            return;
        };
        let reported = usage.cost.take().or_else(|| {
            let details = usage.cost_details.as_ref();
            details.and_then(|details| details.upstream_inference_cost)
        });
        let cost = endpoint.price.map(|price| {
            let needs = price.image > Amount::ZERO;
            let images = if needs {
                prompt::media(&self.0.request).images
            } else {
                0
            };
            Cost::new(usage, &price, images)
        });
        if cost.is_none() && endpoint.state.first_unpriced() {
            tracing::warn!(
                model = %endpoint.model.id, provider = %endpoint.slug,
                "the price of the model is not known; its usage has no cost"
            );
        }
        let charged = cost.map(|cost| if free { Amount::ZERO } else { cost.total() });
        // The same number as in the record of the generation.
        usage.cost = charged.map(|charged| Usd::from_picos(charged.units()).to_f64());
        if reported.is_none() && cost.is_none() {
            return;
        }
        let details = usage.cost_details.get_or_insert_with(CostDetails::default);
        details.upstream_inference_cost =
            reported.or_else(|| cost.map(|cost| cost.total().to_usd()));
        if let (None, Some(cost)) = (reported, cost) {
            let input = cost.input.plus(cost.request);
            details.upstream_inference_input_cost = Some(input.to_usd());
            details.upstream_inference_output_cost = Some(cost.output.to_usd());
        }
    }
}
