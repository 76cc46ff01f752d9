//! Spans and events through `tracing`, with OpenTelemetry's names for generative AI.
//!
//! A call is a span `orouter.call`; it lives as long as the call, a stream included, and gets its
//! results recorded on it as they come to be known. Each attempt is an event in it. Neither keys nor
//! content are in any of them. With the feature `tracing` off, all of this is nothing.

use orouter_wire::Response;

use crate::{error::Error, meta::Meta};

#[cfg(feature = "tracing")]
mod on {
    use tracing::{Instrument, Span, field};

    use super::{Error, Meta, Response};
    use orouter_http::redact;

    /// The most of a word or an id that a server wrote, in characters.
    const ID: usize = 200;

    /// The span of a call.
    #[derive(Clone, Debug)]
    pub(crate) struct CallSpan(Span);

    impl CallSpan {
        pub(crate) fn new(model: Option<&str>, stream: bool) -> Self {
            let model = model.unwrap_or_default();
            Self(tracing::info_span!(
                "orouter.call",
                otel.name = %format_args!("chat {model}"),
                otel.kind = "client",
                otel.status_code = field::Empty,
                gen_ai.operation.name = "chat",
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

        pub(crate) fn around<F: Future>(
            &self,
            future: F,
        ) -> impl Future<Output = F::Output> + use<F> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn head(&self, meta: &Meta) {
            self.0
                .record("http.response.status_code", meta.status().as_u16());
            if meta.attempts() > 1 {
                self.0
                    .record("http.request.resend_count", meta.attempts() - 1);
            }
            if let (Some(id), false) = (meta.generation_id(), self.0.is_disabled()) {
                let id = redact::line_without(&meta.secrets(), id, ID);
                self.0.record("openrouter.generation_id", id);
            }
        }

        pub(crate) fn response(&self, response: &Response, meta: &Meta) {
            if self.0.is_disabled() {
                return;
            }
            let secrets = meta.secrets();
            let shown = |text: &str| redact::line_without(&secrets, text, ID);
            self.0.record("gen_ai.response.id", shown(&response.id));
            self.0
                .record("gen_ai.response.model", shown(&response.model));
            if let Some(usage) = &response.usage {
                self.0
                    .record("gen_ai.usage.input_tokens", usage.input_tokens);
                self.0
                    .record("gen_ai.usage.output_tokens", usage.output_tokens);
                if let Some(cost) = usage.cost {
                    self.0.record("openrouter.cost", cost);
                }
            }
        }

        /// Of a call that did not get the head of a success, or whose body was read with it.
        pub(crate) fn error(&self, error: &Error) {
            if let Some(meta) = error.meta() {
                self.head(meta);
            }
            self.late_error(error);
        }

        /// Of a stream, whose head is recorded.
        pub(crate) fn late_error(&self, error: &Error) {
            self.0.record("otel.status_code", "ERROR");
            let kind = error.error_type().unwrap_or(error.kind().as_str());
            let kind = redact::line_without(&error.secrets(), kind, ID);
            self.0.record("error.type", kind);
            let _entered = self.0.enter();
            tracing::warn!(target: "orouter", kind = error.kind().as_str(), "{error:?}");
        }
    }

    pub(crate) fn attempt<P: std::fmt::Display>(number: u32, place: &dyn Fn() -> P) {
        tracing::debug!(target: "orouter", attempt = number, "sending {}", place());
    }

    pub(crate) fn retry(error: &Error, wait: std::time::Duration) {
        tracing::info!(target: "orouter", ?wait, "trying again: {error:?}");
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use super::{Error, Meta, Response};

    /// Nothing.
    #[derive(Clone, Debug)]
    pub(crate) struct CallSpan;

    impl CallSpan {
        pub(crate) fn new(_: Option<&str>, _: bool) -> Self {
            Self
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn head(&self, _: &Meta) {}

        pub(crate) fn response(&self, _: &Response, _: &Meta) {}

        pub(crate) fn error(&self, _: &Error) {}

        pub(crate) fn late_error(&self, _: &Error) {}
    }

    pub(crate) fn attempt<P: std::fmt::Display>(_: u32, _: &dyn Fn() -> P) {}

    pub(crate) fn retry(_: &Error, _: std::time::Duration) {}
}

#[cfg(not(feature = "tracing"))]
pub(crate) use off::*;
#[cfg(feature = "tracing")]
pub(crate) use on::*;
