//! Errors from those of the crate `orouter-http`.

use orouter_http::{Interrupt, transport::TransportSetupError};

use super::Error;

impl From<Interrupt> for Error {
    fn from(interrupt: Interrupt) -> Self {
        match interrupt {
            Interrupt::Aborted => Self::aborted(),
            Interrupt::Timeout(kind, limit) => Self::timed_out(kind, limit),
        }
    }
}

/// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration).
impl From<TransportSetupError> for Error {
    fn from(error: TransportSetupError) -> Self {
        let (message, source) = error.into_parts();
        let error = Self::configuration(message);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}
