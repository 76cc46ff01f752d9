//! The debug log: one line for each attempt and one for its response.

use std::sync::Arc;

use orouter_http::redact::{self, AddedCredentials, Credentials};

use crate::{
    middleware::{Attempt, Middleware, NextAttempt},
    transport::{BoxFuture, Clock, HttpResponse, TransportError},
};

pub(crate) type Sink = dyn Fn(&str) + Send + Sync;

/// Middleware that logs requests and responses: no secrets, and request bodies only if `content` is true.
pub(crate) struct DebugLog {
    pub(crate) sink: Arc<Sink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) content: bool,
}

/// Writes a line to stderr, as `OPENROUTER_DEBUG` asks.
#[expect(clippy::print_stderr, reason = "the variable asks for it")]
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
        let line = format!(
            "{} {}",
            request.method(),
            redact::location(request.parsed_url())
        );
        // The server wrote the URL of a redirect and may repeat the key there.
        let line = secrets.hide(&line);
        (self.sink)(&format!(
            "orouter: attempt {number}: {line}, {} bytes, {:?}",
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
