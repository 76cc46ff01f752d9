//! Spans and events through `tracing`, with OpenTelemetry's names for generative AI.
//!
//! A call is a span `orouter.call`. It ends with the call, or with the stream that the call returned;
//! results are recorded on it when they are known. Each attempt and the success are events in it. Spans
//! and events contain neither keys nor content. Without the feature `tracing`, these functions do nothing.

use orouter_wire::Response;

use crate::{error::Error, meta::Meta};

#[cfg(feature = "tracing")]
mod on {
    use std::{fmt, time::Duration};

    use tracing::{Instrument, Span, field};

    use super::{Error, Meta, Response};
    use orouter_http::redact;

    /// Maximum length of an id or an error type from a server, in characters.
    const MAX_ID_CHARS: usize = 200;

    /// The span of one call.
    #[derive(Clone, Debug)]
    pub(crate) struct CallSpan(Span);

    impl CallSpan {
        /// The span of a call under `/responses`.
        pub(crate) fn chat(model: Option<&str>, stream: bool) -> Self {
            let model = model.unwrap_or_default();
            Self::new(
                format_args!("chat {model}"),
                "chat",
                Some(model),
                Some(stream),
            )
        }

        /// The span of a call that lists models.
        pub(crate) fn list_models() -> Self {
            Self::new(format_args!("list_models"), "list_models", None, None)
        }

        fn new(
            name: fmt::Arguments<'_>,
            operation: &str,
            model: Option<&str>,
            stream: Option<bool>,
        ) -> Self {
            Self(tracing::info_span!(
                "orouter.call",
                otel.name = %name,
                otel.kind = "client",
                otel.status_code = field::Empty,
                gen_ai.operation.name = operation,
                gen_ai.provider.name = "openrouter",
                gen_ai.request.model = model,
                gen_ai.request.stream = stream,
                gen_ai.response.id = field::Empty,
                gen_ai.response.model = field::Empty,
                gen_ai.usage.input_tokens = field::Empty,
                gen_ai.usage.output_tokens = field::Empty,
                http.response.status_code = field::Empty,
                http.request.resend_count = field::Empty,
                openrouter.generation_id = field::Empty,
                openrouter.cost = field::Empty,
                error.type = field::Empty,
            ))
        }

        /// Runs the future in the span.
        pub(crate) fn around<F: Future>(
            &self,
            future: F,
        ) -> impl Future<Output = F::Output> + use<F> {
            future.instrument(self.0.clone())
        }

        /// Records the head of the response.
        pub(crate) fn head(&self, meta: &Meta) {
            self.0
                .record("http.response.status_code", meta.status().as_u16());
            if meta.attempts() > 1 {
                self.0
                    .record("http.request.resend_count", meta.attempts() - 1);
            }
            if let (Some(id), false) = (meta.generation_id(), self.0.is_disabled()) {
                let id = redact::line_without(&meta.secrets(), id, MAX_ID_CHARS);
                self.0.record("openrouter.generation_id", id);
            }
        }

        /// Records the whole response, and logs the success. `elapsed` is the time since the start of
        /// the call.
        pub(crate) fn response(&self, response: &Response, meta: &Meta, elapsed: Duration) {
            let shown = |text: &str| redact::line_without(&meta.secrets(), text, MAX_ID_CHARS);
            let usage = response.usage.as_ref();
            tracing::debug!(
                target: "orouter",
                parent: &self.0,
                status = meta.status().as_u16(),
                outcome = shown(response.status.as_str()),
                attempts = meta.attempts(),
                ?elapsed,
                input_tokens = usage.map(|usage| usage.input_tokens),
                output_tokens = usage.map(|usage| usage.output_tokens),
                cost = usage.and_then(|usage| usage.cost),
                "call succeeded",
            );
            if self.0.is_disabled() {
                return;
            }
            self.0.record("gen_ai.response.id", shown(&response.id));
            self.0
                .record("gen_ai.response.model", shown(&response.model));
            if let Some(usage) = usage {
                self.0
                    .record("gen_ai.usage.input_tokens", usage.input_tokens);
                self.0
                    .record("gen_ai.usage.output_tokens", usage.output_tokens);
                if let Some(cost) = usage.cost {
                    self.0.record("openrouter.cost", cost);
                }
            }
        }

        /// Logs the success of a call that has no response of a model.
        pub(crate) fn list(&self, meta: &Meta, elapsed: Duration) {
            tracing::debug!(
                target: "orouter",
                parent: &self.0,
                status = meta.status().as_u16(),
                attempts = meta.attempts(),
                ?elapsed,
                "call succeeded",
            );
        }

        /// Records an error, and the head of the response if there was one.
        pub(crate) fn error(&self, error: &Error) {
            if let Some(meta) = error.meta() {
                self.head(meta);
            }
            self.late_error(error);
        }

        /// Records an error after the head of the response was recorded.
        pub(crate) fn late_error(&self, error: &Error) {
            self.0.record("otel.status_code", "ERROR");
            let kind = error.error_type().unwrap_or(error.kind().as_str());
            let kind = redact::line_without(&error.secrets(), kind, MAX_ID_CHARS);
            self.0.record("error.type", kind);
            let _entered = self.0.enter();
            tracing::warn!(target: "orouter", kind = error.kind().as_str(), "{error:?}");
        }
    }

    /// Logs that an attempt starts.
    pub(crate) fn attempt<L: fmt::Display>(number: u32, request_line: &dyn Fn() -> L) {
        tracing::debug!(target: "orouter", attempt = number, "sending {}", request_line());
    }

    /// Logs that another attempt will follow after `wait`.
    pub(crate) fn retry(error: &Error, wait: Duration) {
        tracing::info!(target: "orouter", ?wait, "trying again: {error:?}");
    }

    /// Logs that the request will be repeated without this number of reasoning items.
    pub(crate) fn without_reasoning(error: &Error, dropped: usize) {
        tracing::info!(
            target: "orouter",
            dropped,
            "trying again without encrypted reasoning: {error:?}"
        );
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use super::{Error, Meta, Response};

    /// Does nothing.
    #[derive(Clone, Debug)]
    pub(crate) struct CallSpan;

    impl CallSpan {
        pub(crate) fn chat(_: Option<&str>, _: bool) -> Self {
            Self
        }

        pub(crate) fn list_models() -> Self {
            Self
        }

        /// Runs the future in the span.
        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn head(&self, _: &Meta) {}

        pub(crate) fn response(&self, _: &Response, _: &Meta, _: std::time::Duration) {}

        pub(crate) fn list(&self, _: &Meta, _: std::time::Duration) {}

        pub(crate) fn error(&self, _: &Error) {}

        pub(crate) fn late_error(&self, _: &Error) {}
    }

    pub(crate) fn attempt<L: std::fmt::Display>(_: u32, _: &dyn Fn() -> L) {}

    pub(crate) fn retry(_: &Error, _: std::time::Duration) {}

    pub(crate) fn without_reasoning(_: &Error, _: usize) {}
}

#[cfg(not(feature = "tracing"))]
pub(crate) use off::*;
#[cfg(feature = "tracing")]
pub(crate) use on::*;
