//! A line for each attempt and its answer, for a person who wonders what is going on.

use std::sync::Arc;

use orouter_http::redact::{self, AddedCredentials, Credentials};

use crate::{
    middleware::{Attempt, Middleware, NextAttempt},
    transport::{BoxFuture, Clock, HttpResponse, TransportError},
};

pub(crate) type Sink = dyn Fn(&str) + Send + Sync;

/// Writes what goes out and what comes back; secrets never, content only when asked for.
pub(crate) struct DebugLog {
    pub(crate) sink: Arc<Sink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) content: bool,
}

/// Where `OPENROUTER_DEBUG` sends its lines.
#[expect(clippy::print_stderr, reason = "that is what the variable asks for")]
pub(crate) fn to_stderr(line: &str) {
    eprintln!("{line}");
}

impl Middleware for DebugLog {
    fn on_attempt<'a>(
        &'a self,
        attempt: Attempt,
        next: NextAttempt<'a>,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let number = attempt.number();
        let request = attempt.request();
        let sent = Credentials::new(
            request.headers(),
            request.parsed_url(),
            &AddedCredentials::default(),
        );
        let secrets = sent.secrets();
        let place = format!(
            "{} {}",
            request.method(),
            redact::location(request.parsed_url())
        );
        // Where a redirect leads is in the server's words.
        let place = secrets.hide(&place);
        (self.sink)(&format!(
            "orouter: attempt {number}: {place}, {} bytes, {:?}",
            request.body().len(),
            redact::Headers::new(request.headers()),
        ));
        if self.content {
            let text = String::from_utf8_lossy(request.body());
            (self.sink)(&format!("orouter: attempt {number}: body {text}"));
        }
        Box::pin(async move {
            let started = self.clock.now();
            let outcome = next.run(attempt).await;
            let time = self.clock.now().saturating_duration_since(started);
            (self.sink)(&match &outcome {
                Ok(response) => format!(
                    "orouter: attempt {number}: {} after {time:.1?}, {:?}",
                    response.status(),
                    redact::Headers::without(response.headers(), secrets),
                ),
                Err(error) => format!("orouter: attempt {number}: {error} after {time:.1?}"),
            });
            outcome
        })
    }
}
