//! Conversions of a history from and to inputs and JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::History;
use crate::Wire;
use crate::codec::{self, Pointers};
use crate::item::{Input, Item, Message};
use crate::json::{Parsed, Parser, Writer};

/// `From` for types that become an [`Input`].
macro_rules! from_input {
    ($($source:ty)+) => {
        $(impl From<$source> for History {
            fn from(input: $source) -> Self {
                Self { items: Input::from(input).into_items() }
            }
        })+
    };
}

from_input!(&str String &String Item Message Vec<Item> Vec<Message>);

impl From<Input> for History {
    /// Takes the items. Text becomes a message of the user; an input of an unknown form has no items.
    fn from(input: Input) -> Self {
        Self {
            items: input.into_items(),
        }
    }
}

impl<T: Into<Item>, const N: usize> From<[T; N]> for History {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Item>> FromIterator<T> for History {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self {
            items: items.into_iter().map(Into::into).collect(),
        }
    }
}

impl<T: Into<Item>> Extend<T> for History {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.items.extend(items.into_iter().map(Into::into));
    }
}

impl From<History> for Input {
    fn from(history: History) -> Self {
        Self::Items(history.items)
    }
}

impl From<&History> for Input {
    /// Copies the items.
    fn from(history: &History) -> Self {
        Self::Items(history.items.clone())
    }
}

impl From<History> for Vec<Item> {
    fn from(history: History) -> Self {
        history.items
    }
}

impl IntoIterator for History {
    type Item = Item;
    type IntoIter = std::vec::IntoIter<Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a> IntoIterator for &'a History {
    type Item = &'a Item;
    type IntoIter = std::slice::Iter<'a, Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl Wire for History {
    const EXPECTS: &'static str = <Vec<Item> as Wire>::EXPECTS;

    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        Vec::decode(parser).map(|items| Self { items })
    }

    fn encode(&self, writer: &mut Writer) {
        self.items.encode(writer);
    }

    fn look(&self, pointers: &mut Pointers) {
        self.items.look(pointers);
    }
}

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        codec::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        codec::deserialize(deserializer)
    }
}
