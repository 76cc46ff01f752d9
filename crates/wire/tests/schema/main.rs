//! Schemas from types follow the published rules of strict schemas, and accept the values that the type
//! decodes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod hostile;
mod instances;
mod lenient;
mod refused;
mod rules;
mod strict;
mod types;
mod values;

use orouter_wire::schemars::JsonSchema;
use orouter_wire::{SchemaError, TextFormat};
use serde_json::Value;

/// Returns the strict schema of a type, which follows the rules.
fn strict<T: JsonSchema>() -> Value {
    let format = TextFormat::of::<T>().unwrap_or_else(|error| panic!("{error}"));
    let schema = schema(&format);
    assert_eq!(rules::violations(&schema), [""; 0], "{schema:#}");
    schema
}

fn schema(format: &TextFormat) -> Value {
    match format {
        TextFormat::JsonSchema(format) => format.schema.parse().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn refused<T: JsonSchema>() -> SchemaError {
    match TextFormat::of::<T>() {
        Err(error) => error,
        Ok(format) => panic!("{}", orouter_wire::to_string(&format)),
    }
}
