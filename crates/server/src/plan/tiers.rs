//! Service tiers: which endpoints may serve a request, and which come first.

use std::sync::Arc;

use orouter_wire::ResponsesRequest;
use orouter_wire::settings::ServiceTier;

use super::candidate::Candidate;
use super::slug::names;
use crate::catalog::{DEFAULT_TIER, Endpoint};

/// The member that would admit endpoints of tiers which the request does not ask for.
pub(super) const IMPLICIT: &str = "provider.order";

const PRIORITY: &str = "priority";
const FLEX: &str = "flex";

/// The treatment of service tiers that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Standard endpoints, and those that the variant of the model's name adds.
    Open,
    /// Only standard endpoints.
    Default,
    /// Also `priority` endpoints, which come first.
    Priority,
    /// Only `flex` endpoints.
    Flex,
}

/// The rules for the service tiers of one request.
pub(super) struct Tiers<'a> {
    request: &'a ResponsesRequest,
    asked: Asked,
    /// `true` if `provider.order` is set.
    ordered: bool,
}

impl<'a> Tiers<'a> {
    pub(super) fn new(request: &'a ResponsesRequest) -> Self {
        let provider = request.provider.as_deref();
        Self {
            asked: match &request.service_tier {
                Some(ServiceTier::Default) => Asked::Default,
                Some(ServiceTier::Flex) => Asked::Flex,
                Some(ServiceTier::Fast | ServiceTier::Priority | ServiceTier::Ultrafast) => {
                    Asked::Priority
                }
                _ => Asked::Open,
            },
            ordered: provider.is_some_and(|provider| !provider.order.is_empty()),
            request,
        }
    }

    /// Returns `true` if the endpoint may serve the request. Endpoints that `provider.order` or
    /// `provider.only` name in full may, except if the request asks for the tier `flex`.
    pub(super) fn keeps(&self, candidate: &Candidate) -> bool {
        let endpoint = &*candidate.endpoint;
        let tier = endpoint.tier.as_str();
        if endpoint.any_tier {
            return true;
        }
        if self.asked == Asked::Flex {
            return tier == FLEX;
        }
        if tier == DEFAULT_TIER || self.is_named(endpoint) {
            return true;
        }
        if self.asked == Asked::Priority && tier == PRIORITY {
            return true;
        }
        let added = candidate.variant.filter(|_| !self.ordered);
        self.asked != Asked::Default && added.is_some_and(|variant| variant.tier() == tier)
    }

    /// Returns `true` if the endpoint comes before standard ones, because the request asks for its
    /// tier.
    pub(super) fn prefers(&self, endpoint: &Endpoint) -> bool {
        self.asked == Asked::Priority && endpoint.tier == PRIORITY
    }

    /// Returns the member that excludes the endpoint of another tier, and the reason.
    pub(super) fn exclusion(&self) -> (&'static str, String) {
        if self.asked == Asked::Flex {
            let detail = "only endpoints of the tier `flex` may be used".to_owned();
            return ("service_tier", detail);
        }
        let detail = "endpoints of service tiers are used only if `service_tier` or the variant of \
                      the model asks for them, or `provider.order` or `provider.only` has their \
                      full name";
        (IMPLICIT, detail.to_owned())
    }

    /// Returns the tier to send to an endpoint instead of the request's; `None` if the request's own
    /// is right. `all` are the endpoints of all models of the request.
    ///
    /// The endpoint's price is that of its tier. A standard endpoint of a model that has `priority`
    /// endpoints is the fallback, and must not bill another tier.
    pub(super) fn sent(&self, endpoint: &Endpoint, all: &[Arc<Endpoint>]) -> Option<ServiceTier> {
        if endpoint.any_tier || endpoint.upstream.is_none() {
            return None;
        }
        let tier = match endpoint.tier.as_str() {
            PRIORITY => ServiceTier::Priority,
            FLEX => ServiceTier::Flex,
            _ => {
                let is_priority = |other: &Arc<Endpoint>| {
                    Arc::ptr_eq(&other.model, &endpoint.model) && other.tier == PRIORITY
                };
                if self.asked != Asked::Priority || !all.iter().any(is_priority) {
                    return None;
                }
                ServiceTier::Default
            }
        };
        (self.request.service_tier.as_ref() != Some(&tier)).then_some(tier)
    }

    fn is_named(&self, endpoint: &Endpoint) -> bool {
        let provider = self.request.provider.as_deref();
        provider.is_some_and(|provider| {
            names(&provider.only, endpoint) || names(&provider.order, endpoint)
        })
    }
}
