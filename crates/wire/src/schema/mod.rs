//! JSON Schemas from Rust types, for structured output and for the arguments of functions (feature
//! `schema`).
//!
//! [`TextFormat::of`] and [`FunctionTool::of`] generate the schema of a type that implements
//! [`schemars::JsonSchema`], and change it so that it follows the rules of strict schemas:
//!
//! * Each object is closed and each member is required. `Option<T>` is `T` or `null`. A member with
//!   `#[serde(default)]` that is not an `Option` is required, since `null` could not be decoded.
//! * Doc comments are descriptions. Members keep the order of the type.
//! * Titles, defaults, examples and formats that strict schemas do not have are removed. A removed
//!   format of a string is named in the description. A length of a string becomes a pattern, and the
//!   range of an integer of at most 32 bits becomes bounds.
//! * An enum of unit variants is a list of strings. Other enums are alternatives (`anyOf`).
//! * Recursive types are references.
//!
//! Maps, tuples, [`serde_json::Value`] and other types that no strict schema can describe are a
//! [`SchemaError`], which names the type and the member. [`TextFormat::of_lenient`] and
//! [`FunctionTool::of_lenient`] accept them.
//!
//! # Deriving `JsonSchema`
//!
//! The crate re-exports [`schemars`]. A crate that does not depend on schemars itself names the
//! re-export in an attribute:
//!
//! ```
//! use orouter_wire::TextFormat;
//! use orouter_wire::schemars::{self, JsonSchema};
//! use serde::Deserialize;
//!
//! /// A person that a text mentions.
//! #[derive(Deserialize, JsonSchema)]
//! #[schemars(crate = "orouter_wire::schemars")]
//! struct Person {
//!     /// Full name.
//!     name: String,
//!     age: Option<u8>,
//! }
//!
//! let format = TextFormat::of::<Person>()?;
//! # assert_eq!(orouter_wire::to_string(&format), concat!(
//! #     r#"{"type":"json_schema","name":"Person","description":"A person that a text mentions.","#,
//! #     r#""schema":{"type":"object","properties":{"name":{"description":"Full name.","type":"string"},"#,
//! #     r#""age":{"type":["integer","null"],"minimum":0,"maximum":255}},"required":["name","age"],"#,
//! #     r#""additionalProperties":false},"strict":true}"#));
//! # Ok::<(), orouter_wire::SchemaError>(())
//! ```
//!
//! With `use orouter_wire::schemars;` in scope, or with schemars 1 as a dependency of its own, a crate
//! needs no attribute. The second is needed for the features of schemars that describe types of other
//! crates, such as `chrono04`, `uuid1` and `url2`.

mod error;
mod generate;
mod lenient;
mod name;
mod root;
mod strict;

use schemars::JsonSchema;

pub use self::error::{SchemaError, SchemaErrorKind};
use self::generate::Generated;
use crate::{FunctionTool, JsonSchemaFormat, Raw, TextFormat};

/// Formats whose schema comes from a type (feature `schema`).
impl TextFormat {
    /// Creates the format for JSON that can be decoded as `T`, with a strict schema.
    ///
    /// The name is that of the type, the description is its doc comment.
    ///
    /// # Errors
    ///
    /// Returns an error if `T` is not an object, or contains a type that a strict schema cannot
    /// describe; see [`SchemaErrorKind`].
    ///
    /// # Example
    ///
    /// ```
    /// use orouter_wire::schemars::{self, JsonSchema};
    /// use orouter_wire::{ResponsesRequest, TextFormat};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, JsonSchema)]
    /// struct City {
    ///     name: String,
    ///     /// Number of people who live there.
    ///     population: Option<u64>,
    /// }
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o")
    ///     .input("Which city is the capital of France?")
    ///     .text(TextFormat::of::<City>()?);
    /// # let _ = request;
    /// # Ok::<(), orouter_wire::SchemaError>(())
    /// ```
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        Ok(format(Generated::strict::<T>()?).strict(true))
    }

    /// Creates the format for JSON that can be decoded as `T`, with a schema that need not follow the
    /// strict rules: maps, tuples and any JSON are allowed. `strict` is `false`, so a provider may
    /// take the schema as a hint.
    ///
    /// # Errors
    ///
    /// Returns an error if `T` is not an object.
    pub fn of_lenient<T: JsonSchema>() -> Result<Self, SchemaError> {
        Ok(format(Generated::lenient::<T>()?).strict(false))
    }
}

/// Functions whose arguments are described by a type (feature `schema`).
impl FunctionTool {
    /// Creates a function whose arguments can be decoded as `Args`, with a strict schema.
    ///
    /// The description is the doc comment of `Args`; [`description`](Self::description()) replaces
    /// it. A function without arguments has a struct without fields, `struct NoArgs {}`.
    ///
    /// # Errors
    ///
    /// Returns an error if `Args` is not an object, or contains a type that a strict schema cannot
    /// describe; see [`SchemaErrorKind`].
    ///
    /// # Example
    ///
    /// ```
    /// use orouter_wire::schemars::{self, JsonSchema};
    /// use orouter_wire::{FunctionTool, ResponsesRequest};
    /// use serde::Deserialize;
    ///
    /// /// Returns the current weather in a city.
    /// #[derive(Deserialize, JsonSchema)]
    /// struct GetWeather {
    ///     /// Name of the city, in English.
    ///     city: String,
    /// }
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o")
    ///     .input("What is the weather in Paris?")
    ///     .tools([FunctionTool::of::<GetWeather>("get_weather")?]);
    /// # let _ = request;
    /// # Ok::<(), orouter_wire::SchemaError>(())
    /// ```
    pub fn of<Args: JsonSchema>(name: impl Into<String>) -> Result<Self, SchemaError> {
        Ok(function(name, Generated::strict::<Args>()?).strict(true))
    }

    /// Creates a function whose arguments can be decoded as `Args`, with a schema that need not
    /// follow the strict rules: maps, tuples and any JSON are allowed. `strict` is `false`, so a
    /// model may call the function with other arguments.
    ///
    /// # Errors
    ///
    /// Returns an error if `Args` is not an object.
    pub fn of_lenient<Args: JsonSchema>(name: impl Into<String>) -> Result<Self, SchemaError> {
        Ok(function(name, Generated::lenient::<Args>()?).strict(false))
    }
}

fn format(generated: Generated) -> TextFormat {
    TextFormat::JsonSchema(JsonSchemaFormat {
        name: generated.name,
        description: generated.description,
        schema: Raw::from(generated.schema),
        ..JsonSchemaFormat::default()
    })
}

fn function(name: impl Into<String>, generated: Generated) -> FunctionTool {
    let mut tool = FunctionTool::new(name, generated.schema);
    tool.description = generated.description;
    tool
}
