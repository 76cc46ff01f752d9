//! Types with strict schemas, one for each form that serde and schemars have.

use std::collections::{BTreeSet, HashSet};
use std::num::NonZeroU16;

use orouter_wire::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

/// An order of a customer.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Order {
    /// Number on the invoice.
    pub(crate) number: u32,
    pub(crate) customer: Person,
    /// Address of the delivery.
    pub(crate) delivery: Address,
    /// Address of the invoice.
    pub(crate) invoice: Option<Address>,
    pub(crate) lines: Vec<Line>,
    pub(crate) unit: Unit,
    #[serde(rename = "paid-with")]
    pub(crate) payment: Option<Unit>,
    #[serde(skip)]
    pub(crate) internal: u8,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) full_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nick_name: Option<String>,
    #[serde(default)]
    pub(crate) age: u8,
    #[serde(default)]
    pub(crate) email: Option<String>,
}

/// A postal address.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Address {
    pub(crate) street: String,
    /// Two letters.
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub(crate) country: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Line {
    #[schemars(range(min = 1, max = 99))]
    pub(crate) count: u8,
    pub(crate) price: f64,
    #[schemars(length(min = 1, max = 20))]
    pub(crate) article: Box<str>,
}

#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub(crate) enum Unit {
    Piece,
    #[serde(rename = "kg")]
    Kilogram,
}

/// Order of the results.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Described {
    /// Newest first.
    NewestFirst,
    /// Cheapest first.
    CheapestFirst,
    Random,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) enum External {
    Nothing,
    /// A text.
    Text(String),
    Person(Person),
    Fields {
        x: i32,
        /// The rest.
        rest: Option<Box<External>>,
    },
    Empty {},
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Internal {
    Nothing,
    /// Sends a letter.
    Letter(Address),
    Group {
        /// The first member.
        first: Box<Internal>,
        others: Vec<Internal>,
    },
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(tag = "t", content = "c")]
pub(crate) enum Adjacent {
    Nothing,
    Text(String),
    Address(Address),
    Fields { a: bool },
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Untagged {
    Number(i16),
    Text(String),
    Address(Address),
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Enums {
    pub(crate) described: Described,
    pub(crate) maybe_described: Option<Described>,
    /// One of the forms.
    pub(crate) external: External,
    pub(crate) internal: Internal,
    pub(crate) maybe_internal: Option<Internal>,
    pub(crate) adjacent: Adjacent,
    pub(crate) untagged: Untagged,
    pub(crate) several: Vec<Untagged>,
}

/// A section with sections.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Section {
    pub(crate) title: String,
    /// Sections inside this one.
    pub(crate) inner: Vec<Section>,
    /// The section that follows.
    pub(crate) next: Option<Box<Section>>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Page<T> {
    /// Results of the page.
    pub(crate) results: Vec<T>,
    /// The best result.
    pub(crate) best: Option<T>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Numbers {
    pub(crate) a: i8,
    pub(crate) b: i32,
    pub(crate) c: u32,
    pub(crate) d: i64,
    pub(crate) e: u64,
    pub(crate) f: f32,
    pub(crate) g: usize,
    pub(crate) h: NonZeroU16,
    #[schemars(range(min = -1.5, max = 1.5))]
    pub(crate) i: f64,
    pub(crate) j: Option<Option<i32>>,
    #[schemars(range(min = 10))]
    pub(crate) k: u32,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Containers {
    pub(crate) letters: BTreeSet<char>,
    pub(crate) units: HashSet<Unit>,
    pub(crate) three: [bool; 3],
    pub(crate) nested: Vec<Vec<u8>>,
    pub(crate) maybe: Option<Vec<String>>,
    pub(crate) nothing: (),
    pub(crate) wrapped: Wrapped,
    #[schemars(length(min = 1, max = 2))]
    pub(crate) few: Vec<Wrapped>,
}

/// A number of millimetres.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Wrapped(pub(crate) u16);

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Defaults {
    pub(crate) a: u32,
    pub(crate) b: Address,
    pub(crate) c: Option<u8>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            a: 5,
            b: Address::default(),
            c: Some(1),
        }
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Flattened {
    pub(crate) id: u8,
    #[serde(flatten)]
    pub(crate) address: Address,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Times {
    pub(crate) at: chrono::DateTime<chrono::Utc>,
    pub(crate) day: Option<chrono::NaiveDate>,
    pub(crate) id: uuid::Uuid,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Hinted {
    /// Where to read on.
    pub(crate) link: url::Url,
    pub(crate) local: chrono::NaiveDateTime,
}

#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub(crate) struct NoFields {}
