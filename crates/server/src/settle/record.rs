//! [`Record`]: the result of a generation in the log line of its request.

use orouter_wire::{ApiErrorType, Response, ResponseStatus, Usage};

use super::tally::Tally;
use crate::failure::Failure;
use crate::metadata::Routing;
use crate::request_log::{Outcome, RequestLog};

/// Records the result of a generation in the log line of its request.
///
/// A generation that is cancelled or fails without usage of its provider is recorded with an
/// estimate, which is marked.
pub(crate) struct Record {
    log: RequestLog,
    tally: Tally,
    routing: Routing,
    /// `true` once usage is recorded.
    has_usage: bool,
    /// `true` once the outcome is recorded.
    ended: bool,
}

impl Record {
    /// Creates the record of a request whose plan begins with `model`.
    pub(crate) fn new(
        log: RequestLog,
        model: &str,
        streamed: bool,
        tally: Tally,
        routing: Routing,
    ) -> Self {
        log.served_by(model, "");
        log.streamed(streamed);
        Self {
            log,
            tally,
            routing,
            has_usage: false,
            ended: false,
        }
    }

    /// Sets the model and provider that serve the request.
    pub(crate) fn served_by(&mut self, model: &str, provider: &str) {
        self.log.served_by(model, provider);
    }

    /// Records the usage of a generation that failed.
    pub(crate) fn usage(&mut self, usage: Option<&Usage>) {
        if let Some(usage) = usage {
            self.has_usage = true;
            self.log
                .usage(Some((usage.input_tokens, usage.output_tokens)), usage.cost);
        }
    }

    /// Records a generation that ended with this response.
    pub(crate) fn settle(&mut self, response: &Response) {
        self.usage(response.usage.as_ref());
        let outcome = match response.status {
            ResponseStatus::Completed => Outcome::Completed,
            ResponseStatus::Failed => Outcome::Failed,
            _ => Outcome::Incomplete,
        };
        let error_type = response.error_type.as_ref().map(ApiErrorType::as_str);
        self.log.outcome(outcome, error_type);
        self.end();
    }

    /// Records a generation that failed.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.log.failure(failure);
        self.end();
    }

    fn end(&mut self) {
        self.ended = true;
        self.log.attempts(self.routing.attempts());
        if self.has_usage {
            return;
        }
        if let Some(usage) = self.tally.estimated() {
            self.has_usage = true;
            self.log
                .estimated_usage((usage.input_tokens, usage.output_tokens), usage.cost);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if !self.ended {
            self.end(); // the client disconnected
        }
    }
}
