//! [`Planned`]: an endpoint to try, and the request that it gets.

use std::sync::Arc;

use bytes::Bytes;
use orouter_protocols::Notes;
use orouter_wire::settings::ServiceTier;
use orouter_wire::{ReasoningEffort, ResponsesRequest};

use crate::catalog::Endpoint;

/// An endpoint to try, and the changes to the request that it gets.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) endpoint: Arc<Endpoint>,
    /// The endpoints of one group are tried together: those with a free slot first.
    pub(crate) group: usize,
    /// The reasoning effort to send instead of the request's.
    pub(crate) effort: Option<ReasoningEffort>,
    /// The service tier to send instead of the request's.
    pub(crate) tier: Option<ServiceTier>,
}

impl Planned {
    /// Returns the request for the endpoint and its JSON text, if they differ from those of the
    /// client. `body` is empty if there is no text.
    pub(crate) fn changed(
        &self,
        request: &ResponsesRequest,
        body: &Bytes,
        notes: &Notes,
    ) -> Option<(Arc<ResponsesRequest>, Bytes)> {
        if self.effort.is_none() && self.tier.is_none() {
            return None;
        }
        let mut changed = request.clone();
        if let Some(effort) = &self.effort
            && let Some(reasoning) = &mut changed.reasoning
        {
            let reason = format!(
                "the nearest effort that `{}` supports is sent: `{}`",
                self.endpoint.model.id,
                effort.as_str()
            );
            notes.adjusted("reasoning.effort", reason);
            reasoning.effort = Some(effort.clone());
        }
        if let Some(tier) = &self.tier {
            changed.service_tier = Some(tier.clone());
        }
        let body = match body.is_empty() {
            true => Bytes::new(),
            false => Bytes::from(orouter_wire::to_string(&changed)),
        };
        Some((Arc::new(changed), body))
    }
}
