//! [`SchemaError`]: the reason why a type has no usable schema.

use std::fmt;

/// Reason why the schema of a type cannot be used, with the type and the member.
///
/// ```
/// use std::collections::BTreeMap;
/// use orouter_wire::schemars::{self, JsonSchema};
/// use orouter_wire::{FunctionTool, SchemaErrorKind, TextFormat};
/// use serde::Deserialize;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Order {
///     customer: Customer,
/// }
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Customer {
///     labels: BTreeMap<String, String>,
/// }
///
/// let error = TextFormat::of::<Order>().unwrap_err();
/// assert_eq!(error.kind(), SchemaErrorKind::Map);
/// assert_eq!((error.type_name(), error.path()), ("Order", "customer.labels"));
/// assert!(FunctionTool::of_lenient::<Order>("order").is_ok());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SchemaError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    type_name: String,
    fault: Fault,
}

/// Kind of a [`SchemaError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// The type is not an object: a list, a string, an enum or an `Option`.
    NotAnObject,
    /// A map, or a flattened map: an object whose member names are not fixed.
    Map,
    /// A tuple of two or more values.
    Tuple,
    /// A type that allows any value, such as [`serde_json::Value`].
    AnyValue,
    /// A type that allows no value, such as an enum without variants.
    NoValue,
    /// Alternatives next to members, as of a flattened enum.
    Alternatives,
    /// A constraint that strict schemas do not have.
    Constraint,
    /// A limit of strict schemas: 5,000 members, 10 levels of objects, 1,000 values of enums,
    /// 120,000 characters of names and values, 15,000 characters of an enum of more than 250 strings.
    Limit,
    /// A hand-written `JsonSchema` that does not return a JSON Schema.
    Invalid,
}

impl SchemaErrorKind {
    /// Returns what to do about the error.
    fn advice(self) -> &'static str {
        match self {
            Self::NotAnObject => "wrap the type in a struct",
            Self::Map => "use a Vec of structs with a key and a value, or of_lenient",
            Self::Tuple => "use a struct with named fields, or of_lenient",
            Self::AnyValue => "use a type of its own, a String that holds JSON, or of_lenient",
            Self::NoValue => "leave the member out with #[serde(skip)]",
            Self::Alternatives => "make the enum a field that is not flattened, or use of_lenient",
            Self::Constraint => "remove the constraint, or use of_lenient",
            Self::Limit => "use a smaller type, or of_lenient",
            Self::Invalid => "correct the implementation of JsonSchema",
        }
    }
}

/// Location and description of a fault in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: SchemaErrorKind,
    /// Path of members from the root; empty for the root.
    pub(super) path: String,
    /// Part of the message: the fault, as a clause without the location.
    pub(super) reason: String,
}

impl Fault {
    pub(super) fn new(kind: SchemaErrorKind, path: &str, reason: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}

impl SchemaError {
    pub(super) fn new(type_name: impl Into<String>, fault: Fault) -> Self {
        let type_name = type_name.into();
        Self(Box::new(Inner { type_name, fault }))
    }

    /// Returns the kind of the error, to match on.
    #[must_use]
    pub fn kind(&self) -> SchemaErrorKind {
        self.0.fault.kind
    }

    /// Returns the name of the type whose schema was requested.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }

    /// Returns the path of the member, such as `customer.labels` or `lines[].price`; empty if the type
    /// itself is the reason.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.fault.path
    }
}

/// Writes one line: the type, the member, the reason and what to do.
impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { type_name, fault } = &*self.0;
        write!(f, "type {type_name} cannot be used as a schema: ")?;
        if !fault.path.is_empty() {
            write!(f, "member {}: ", fault.path)?;
        }
        write!(f, "{}; {}", fault.reason, fault.kind.advice())
    }
}

impl fmt::Debug for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaError")
            .field("kind", &self.kind())
            .field("type_name", &self.type_name())
            .field("path", &self.path())
            .field("reason", &self.0.fault.reason)
            .finish()
    }
}

impl std::error::Error for SchemaError {}
