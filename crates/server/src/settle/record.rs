//! [`Record`]: the result of a generation, in the log line of its request and in the metrics.

use std::sync::Arc;

use orouter_store::GenerationOutcome;
use orouter_wire::{ApiErrorType, Response, ResponseStatus, Usage};

use super::bill::{Bill, End};
use super::measured::Measured;
use super::tally::Tally;
use crate::catalog::Endpoint;
use crate::failure::Failure;
use crate::metadata::Routing;
use crate::metrics::ErrorType;
use crate::request_log::{Outcome, RequestLog};

/// Records the result of a generation in the log line of its request and in the metrics.
///
/// A generation that is cancelled or fails without usage of its provider is recorded with an
/// estimate, which is marked.
pub(crate) struct Record {
    log: RequestLog,
    tally: Tally,
    routing: Routing,
    measured: Measured,
    /// `None` without accounts, and once the generation is settled.
    bill: Option<Bill>,
    /// `true` once usage is recorded.
    has_usage: bool,
    /// `true` once the outcome is recorded.
    ended: bool,
}

impl Record {
    /// Creates the record of a request whose plan begins with the endpoint `first`.
    pub(crate) fn new(
        log: RequestLog,
        first: Arc<Endpoint>,
        streamed: bool,
        tally: Tally,
        routing: Routing,
        bill: Option<Bill>,
    ) -> Self {
        log.served_by(&first.model.id, "");
        log.streamed(streamed);
        Self {
            measured: Measured::new(log.started(), first, streamed),
            log,
            tally,
            routing,
            bill,
            has_usage: false,
            ended: false,
        }
    }

    /// Sets the model and provider that serve the request.
    pub(crate) fn served_by(&mut self, model: &str, provider: &str) {
        self.log.served_by(model, provider);
        self.measured.first_token();
        if let Some(bill) = &mut self.bill {
            bill.first_token();
        }
    }

    /// Records the usage of a generation that failed.
    pub(crate) fn usage(&mut self, usage: Option<&Usage>) {
        if let Some(usage) = usage {
            self.has_usage = true;
            self.measured.usage(usage);
            if let Some(bill) = &mut self.bill {
                bill.usage(usage, false);
            }
            self.log
                .usage(Some((usage.input_tokens, usage.output_tokens)), usage.cost);
        }
    }

    /// Records a generation that ended with this response.
    pub(crate) fn settle(&mut self, response: &Response) {
        self.usage(response.usage.as_ref());
        if let Some(bill) = &mut self.bill {
            bill.response(response);
        }
        let outcome = match response.status {
            ResponseStatus::Completed => Outcome::Completed,
            ResponseStatus::Failed => Outcome::Failed,
            _ => Outcome::Incomplete,
        };
        let error_type = response.error_type.as_ref().map(ApiErrorType::as_str);
        self.log.outcome(outcome, error_type);
        let error = match outcome {
            Outcome::Completed | Outcome::Incomplete => None,
            Outcome::Refused | Outcome::Failed | Outcome::Cancelled => {
                let error_type = response.error_type.as_ref();
                Some(error_type.map_or(ErrorType::Other, ErrorType::of))
            }
        };
        let settled = match outcome {
            Outcome::Completed => GenerationOutcome::Completed,
            Outcome::Incomplete => GenerationOutcome::Incomplete,
            Outcome::Refused | Outcome::Failed | Outcome::Cancelled => GenerationOutcome::Failed,
        };
        self.end(settled, error);
    }

    /// Records a generation that failed.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.log.failure(failure);
        self.end(
            GenerationOutcome::Failed,
            Some(ErrorType::of_failure(failure)),
        );
    }

    /// Records the end of the generation. `error` is the reason if it did not succeed.
    fn end(&mut self, outcome: GenerationOutcome, error: Option<ErrorType>) {
        self.ended = true;
        self.log.attempts(self.routing.attempts());
        if !self.has_usage
            && let Some(usage) = self.tally.estimated()
        {
            self.has_usage = true;
            self.measured.usage(&usage);
            if let Some(bill) = &mut self.bill {
                bill.usage(&usage, true);
            }
            self.log
                .estimated_usage((usage.input_tokens, usage.output_tokens), usage.cost);
        }
        if let Some(bill) = self.bill.take() {
            bill.settle(End {
                outcome,
                error_type: error.as_ref().map(|error| error.as_str().to_owned()),
                endpoint: self.tally.endpoint(),
                attempts: self.routing.take_attempts(),
            });
        }
        self.measured.end(self.tally.endpoint(), error);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if !self.ended {
            // Otherwise the client disconnected.
            let panicked = std::thread::panicking();
            let (outcome, error) = match panicked {
                true => {
                    let error = ErrorType::Api(ApiErrorType::Server);
                    (GenerationOutcome::Failed, error)
                }
                false => (GenerationOutcome::Cancelled, ErrorType::Cancelled),
            };
            self.end(outcome, Some(error));
        }
    }
}
