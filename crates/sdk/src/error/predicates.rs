//! A predicate for each status that the API documents.

use super::{Error, ErrorKind};

macro_rules! predicates {
    ($($name:ident $kind:ident $status:literal;)*) => {
        /// One for each documented status, `true` also for the same failure inside a success. For
        /// what several have in common there are [`is_status`](Error::is_status),
        /// [`is_rate_limit`](Error::is_rate_limit), [`is_retryable`](Error::is_retryable) and others.
        impl Error {
            $(
                #[doc = concat!(
                    "Whether the server reported status ", $status, ": the kind is [`ErrorKind::",
                    stringify!($kind), "`], or it is [`ErrorKind::InBand`] and the code or type ",
                    "stands for that status."
                )]
                #[must_use]
                pub fn $name(&self) -> bool {
                    self.kind() == ErrorKind::$kind || self.stands_for(ErrorKind::$kind)
                }
            )*

            /// Whether it is a failure inside a success that would have this kind as a status.
            fn stands_for(&self, kind: ErrorKind) -> bool {
                self.is_in_band() && self.effective_status().map(ErrorKind::of_status) == Some(kind)
            }
        }

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn each_is_true_of_its_own_status_alone() {
                let statuses = [$($status),*];
                for status in statuses {
                    let kind = ErrorKind::of_status(http::StatusCode::from_u16(status).unwrap());
                    let error = Error::new(kind, "");
                    let answers = [$(error.$name()),*];
                    assert_eq!(answers, statuses.map(|other| other == status), "{status}");
                    let body = format!(r#"{{"error":{{"code":{status}}}}}"#);
                    let error = Error::reported(ErrorKind::InBand, "", body.into());
                    let answers = [$(error.$name()),*];
                    assert_eq!(answers, statuses.map(|other| other == status), "{status}");
                }
            }
        }
    };
}

predicates! {
    is_bad_request BadRequest 400;
    is_unauthorized Unauthorized 401;
    is_payment_required PaymentRequired 402;
    is_forbidden Forbidden 403;
    is_not_found NotFound 404;
    is_request_timeout RequestTimeout 408;
    is_payload_too_large PayloadTooLarge 413;
    is_unprocessable_entity UnprocessableEntity 422;
    is_too_many_requests TooManyRequests 429;
    is_internal_server InternalServer 500;
    is_bad_gateway BadGateway 502;
    is_service_unavailable ServiceUnavailable 503;
    is_edge_network_timeout EdgeNetworkTimeout 524;
    is_provider_overloaded ProviderOverloaded 529;
}
