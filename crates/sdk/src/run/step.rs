//! [`Step`]: a response and the outputs of its calls.

use orouter_wire::{Extra, FunctionCall, Item, Response, Usage, Wire};

/// One step of a run: a response of the model, and the outputs of the tools that it called.
///
/// # Example
///
/// ```no_run
/// # fn example(run: &orouter::ModelRun) {
/// for step in run.steps() {
///     let names: Vec<&str> = step.calls().map(|call| call.name.as_str()).collect();
///     println!("{names:?}: {} tokens", step.usage().total_tokens);
/// }
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Step {
    /// The response.
    pub response: Response,
    /// Outputs of the tools, in the order of the calls. Outputs of calls that did not run are absent.
    pub outputs: Vec<Item>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl Step {
    pub(crate) fn new(response: Response) -> Self {
        Self {
            response,
            ..Self::default()
        }
    }

    /// Returns the text of the response; empty if it has none.
    #[must_use]
    pub fn text(&self) -> String {
        self.response.output_text()
    }

    /// Returns the function calls of the response, in order.
    pub fn calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.response.function_calls()
    }

    /// Returns the usage of the response; zero if the server did not report it.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.response.usage.clone().unwrap_or_default()
    }
}

/// Shows sizes, no content.
impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Step")
            .field("response", &self.response.id)
            .field("items", &self.response.output.len())
            .field("outputs", &self.outputs.len())
            .finish_non_exhaustive()
    }
}

/// Returns the sum of the usage of these steps.
pub(crate) fn usage_of(steps: &[Step]) -> Usage {
    let reported = steps.iter().filter_map(|step| step.response.usage.as_ref());
    reported.sum()
}
