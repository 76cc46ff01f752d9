//! Announces retries on standard error.

use std::time::Duration;

use orouter::{RetryConfig, RetryContext, RetryDecision, RetryPolicy};

use crate::exit::CommandError;
use crate::spinner::Line;
use crate::terminal;

/// Retries as the SDK does by default, and prints a line with the reason and the wait before each.
#[derive(Debug)]
pub(crate) struct AnnouncedRetries {
    retries: RetryConfig,
    line: Line,
}

impl AnnouncedRetries {
    /// Prints the notices above the spinner on this line.
    pub(crate) fn new(line: Line) -> Self {
        Self {
            retries: RetryConfig::default(),
            line,
        }
    }
}

impl RetryPolicy for AnnouncedRetries {
    fn decide(&self, context: &RetryContext<'_>) -> RetryDecision {
        let decision = self.retries.decide(context);
        if let RetryDecision::RetryAfter(wait) = decision {
            self.line.print_notice(&notice(context, wait));
        }
        decision
    }

    fn within_default_budget(&self) -> bool {
        self.retries.within_default_budget()
    }
}

fn notice(context: &RetryContext<'_>, wait: Duration) -> String {
    let reason = CommandError::from(context.error()).message;
    let text = format!(
        "orouter: {reason}; trying again in {:.1} s (attempt {})",
        wait.as_secs_f64(),
        context.attempts() + 1
    );
    terminal::sanitized(&text).into_owned()
}
