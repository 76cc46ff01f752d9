//! The interface between schemas and the compiler of constraints.

use serde_json::Value;

/// Compiles schemas on trial.
pub(crate) trait SchemaCompiler {
    /// Returns `true` if llguidance supports the schema and some value satisfies it. Takes
    /// microseconds.
    fn parses(&self, schema: &Value) -> bool;

    /// Returns `true` if the engine can enforce the schema within its limits. Takes milliseconds.
    fn compiles(&self, schema: &Value) -> bool;
}
