//! Spans of runs and of tools, with OpenTelemetry's names for generative AI. They contain neither
//! arguments nor outputs. Without the feature `tracing`, these functions do nothing.

use crate::{error::Error, run::ModelRun};

#[cfg(feature = "tracing")]
mod on {
    use orouter_http::redact;
    use tracing::{Instrument, Span, field};

    use super::{Error, ModelRun};

    /// Maximum length of a name or an id that a model wrote, in characters.
    const MAX_NAME_CHARS: usize = 200;

    /// The span of a run.
    pub(in crate::agent) struct RunSpan(Span);

    impl RunSpan {
        pub(in crate::agent) fn new(model: Option<&str>) -> Self {
            Self(tracing::info_span!(
                "orouter.run",
                otel.name = "invoke_agent",
                otel.status_code = field::Empty,
                gen_ai.operation.name = "invoke_agent",
                gen_ai.provider.name = "openrouter",
                gen_ai.request.model = model,
                gen_ai.usage.input_tokens = field::Empty,
                gen_ai.usage.output_tokens = field::Empty,
                openrouter.cost = field::Empty,
                orouter.steps = field::Empty,
                orouter.stop_reason = field::Empty,
                error.type = field::Empty,
            ))
        }

        /// Runs the future in the span.
        pub(in crate::agent) fn around<F: Future>(
            &self,
            future: F,
        ) -> impl Future<Output = F::Output> + use<F> {
            future.instrument(self.0.clone())
        }

        pub(in crate::agent) fn finished(&self, run: &ModelRun) {
            self.record(run);
            let _entered = self.0.enter();
            tracing::debug!(
                target: "orouter",
                steps = run.steps().len(),
                stop_reason = ?run.stop_reason(),
                total_tokens = run.usage().total_tokens,
                cost = run.usage().cost,
                "run stopped",
            );
        }

        /// Logs the kind of the error only: a failed call has logged its error, and the message of a
        /// tool's error is content.
        pub(in crate::agent) fn failed(&self, error: &Error, run: &ModelRun) {
            self.record(run);
            self.0.record("otel.status_code", "ERROR");
            self.0.record("error.type", error.kind().as_str());
            let _entered = self.0.enter();
            tracing::debug!(
                target: "orouter",
                kind = error.kind().as_str(),
                steps = run.steps().len(),
                total_tokens = run.usage().total_tokens,
                cost = run.usage().cost,
                "run failed",
            );
        }

        fn record(&self, run: &ModelRun) {
            if self.0.is_disabled() {
                return;
            }
            let usage = run.usage();
            let reason = format!("{:?}", run.stop_reason());
            self.0
                .record("gen_ai.usage.input_tokens", usage.input_tokens);
            self.0
                .record("gen_ai.usage.output_tokens", usage.output_tokens);
            self.0.record("orouter.steps", run.steps().len());
            self.0.record("orouter.stop_reason", reason);
            if let Some(cost) = usage.cost {
                self.0.record("openrouter.cost", cost);
            }
        }
    }

    /// The span of a call of a tool.
    pub(in crate::agent) struct ToolSpan(Span);

    impl ToolSpan {
        pub(in crate::agent) fn new(name: &str, call_id: &str, step: usize) -> Self {
            let span = tracing::info_span!(
                "orouter.tool",
                otel.name = field::Empty,
                otel.kind = "internal",
                otel.status_code = field::Empty,
                gen_ai.operation.name = "execute_tool",
                gen_ai.tool.type = "function",
                gen_ai.tool.name = field::Empty,
                gen_ai.tool.call.id = field::Empty,
                orouter.step = step,
                error.type = field::Empty,
            );
            if !span.is_disabled() {
                // The model wrote both.
                let name = redact::line(name, MAX_NAME_CHARS);
                span.record("otel.name", format!("execute_tool {name}"));
                span.record("gen_ai.tool.name", name);
                span.record("gen_ai.tool.call.id", redact::line(call_id, MAX_NAME_CHARS));
            }
            Self(span)
        }

        /// Runs the function in the span.
        pub(in crate::agent) fn enter<T>(&self, function: impl FnOnce() -> T) -> T {
            self.0.in_scope(function)
        }

        pub(in crate::agent) fn finished(&self) {
            self.enter(|| tracing::debug!(target: "orouter", "tool finished"));
        }

        pub(in crate::agent) fn failed(&self, reason: &str) {
            self.0.record("otel.status_code", "ERROR");
            self.0.record("error.type", reason);
            self.enter(|| tracing::debug!(target: "orouter", reason, "tool failed"));
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use super::{Error, ModelRun};

    /// Does nothing.
    pub(in crate::agent) struct RunSpan;

    impl RunSpan {
        pub(in crate::agent) fn new(_: Option<&str>) -> Self {
            Self
        }

        pub(in crate::agent) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(in crate::agent) fn finished(&self, _: &ModelRun) {}

        pub(in crate::agent) fn failed(&self, _: &Error, _: &ModelRun) {}
    }

    /// Does nothing.
    pub(in crate::agent) struct ToolSpan;

    impl ToolSpan {
        pub(in crate::agent) fn new(_: &str, _: &str, _: usize) -> Self {
            Self
        }

        pub(in crate::agent) fn enter<T>(&self, function: impl FnOnce() -> T) -> T {
            function()
        }

        pub(in crate::agent) fn finished(&self) {}

        pub(in crate::agent) fn failed(&self, _: &str) {}
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) use off::*;
#[cfg(feature = "tracing")]
pub(super) use on::*;
