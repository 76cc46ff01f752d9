//! The results that the contract requires for each fault of an upstream.

use orouter_upstream_double::Fault;

/// The result of a fault, if no other endpoint is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) status: u16,
    pub(crate) error_type: &'static str,
    /// Seconds in `Retry-After`.
    pub(crate) retry_after: Option<u32>,
    /// `true` if another endpoint of the model is tried.
    pub(crate) next_endpoint: bool,
    /// `true` if the next model is tried.
    pub(crate) next_model: bool,
    /// `true` if the upstream may have run and billed the request.
    pub(crate) maybe_billed: bool,
}

impl Expected {
    /// A result after which the next endpoint and the next model are tried.
    const fn tried_on(status: u16, error_type: &'static str) -> Self {
        Self {
            status,
            error_type,
            retry_after: None,
            next_endpoint: true,
            next_model: true,
            maybe_billed: false,
        }
    }

    /// A result after which nothing else is tried.
    const fn last(status: u16, error_type: &'static str) -> Self {
        Self {
            next_endpoint: false,
            next_model: false,
            ..Self::tried_on(status, error_type)
        }
    }

    /// A result after which only the next model is tried.
    const fn model_only(error_type: &'static str) -> Self {
        Self {
            next_model: true,
            ..Self::last(400, error_type)
        }
    }

    const fn hint(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    const fn billed(self) -> Self {
        Self {
            maybe_billed: true,
            ..self
        }
    }
}

pub(crate) fn expected(fault: Fault) -> Expected {
    const UNAVAILABLE: Expected = Expected::tried_on(502, "provider_unavailable");
    const TIMEOUT: Expected = Expected::tried_on(524, "timeout").billed();
    const SERVER: Expected = Expected::tried_on(500, "server");
    const LIMITED: Expected = Expected::tried_on(429, "rate_limit_exceeded");
    match fault {
        Fault::Status(400) => Expected::last(400, "invalid_request"),
        Fault::Status(413) => Expected::last(413, "payload_too_large"),
        Fault::Status(422) => Expected::last(422, "unprocessable"),
        Fault::ContextLength => Expected::model_only("context_length_exceeded"),
        Fault::Moderation => Expected::model_only("content_policy_violation"),
        Fault::Status(429) => LIMITED,
        Fault::RateLimit => LIMITED.hint(7),
        Fault::RateLimitInMessage => LIMITED.hint(9),
        Fault::Status(500) | Fault::ErrorBody | Fault::ErrorFirst | Fault::ErrorAfterLifecycle => {
            SERVER
        }
        // They occur after content only.
        Fault::ErrorAfterText => Expected::last(500, "server"),
        Fault::GarbageFrame => Expected::last(502, "provider_unavailable"),
        Fault::Status(503) | Fault::EmptyError => Expected::tried_on(503, "provider_overloaded"),
        Fault::Status(529) => Expected::tried_on(529, "provider_overloaded"),
        Fault::Status(408 | 504 | 524) | Fault::StallBeforeHead | Fault::Stall => TIMEOUT,
        Fault::CloseBeforeHead
        | Fault::ResetBeforeHead
        | Fault::Cut
        | Fault::Reset
        | Fault::TooShort
        | Fault::NotHttp
        | Fault::Garbage
        | Fault::Empty => UNAVAILABLE.billed(),
        // The key or the credit of the server, and an unknown model.
        Fault::Refused
        | Fault::Status(401 | 402 | 403 | 404 | 502)
        | Fault::Quota
        | Fault::UnknownModel
        | Fault::Html
        | Fault::Redirect => UNAVAILABLE,
        other => panic!("no result for {other:?}"),
    }
}
