//! [`Input`]: what a request hands to the model, or a response echoes of it.

use crate::item::{FunctionCallOutput, Item, Message};
use crate::{Unknown, Wire};

/// What the model is given: a string, or a list of items. Stands for `Inputs` and `BaseInputs`.
///
/// ```
/// use orouter_wire::{Input, Item, Message};
///
/// let input = Input::from("hi");
/// let input = Input::from(vec![Message::system("Be brief."), Message::user("hi")]);
/// assert_eq!(input.items().len(), 2);
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum Input {
    /// What the user says.
    #[wire(string)]
    Text(String),
    /// A conversation.
    #[wire(array)]
    Items(Vec<Item>),
    /// Something else, kept as it came.
    Unknown(Unknown),
}

impl Input {
    /// The items; empty when the input is a string.
    pub fn items(&self) -> &[Item] {
        match self {
            Self::Items(items) => items,
            _ => &[],
        }
    }

    /// The input as a string, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same conversation as items: a string becomes a message of the user.
    pub fn into_items(self) -> Vec<Item> {
        match self {
            Self::Text(text) => vec![Item::from(Message::user(text))],
            Self::Items(items) => items,
            Self::Unknown(_) => Vec::new(),
        }
    }
}

impl From<&String> for Input {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Item> for Input {
    fn from(item: Item) -> Self {
        Self::Items(vec![item])
    }
}

impl From<Message> for Input {
    fn from(message: Message) -> Self {
        Self::Items(vec![message.into()])
    }
}

impl From<Vec<Message>> for Input {
    fn from(messages: Vec<Message>) -> Self {
        messages.into_iter().collect()
    }
}

impl From<Vec<FunctionCallOutput>> for Input {
    fn from(outputs: Vec<FunctionCallOutput>) -> Self {
        outputs.into_iter().collect()
    }
}

impl From<&[Item]> for Input {
    fn from(items: &[Item]) -> Self {
        Self::Items(items.to_vec())
    }
}

impl<T: Into<Item>, const N: usize> From<[T; N]> for Input {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Item>> FromIterator<T> for Input {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Items(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Item>> Extend<T> for Input {
    /// Appends items; a string becomes a message of the user first.
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        let mut all = std::mem::replace(self, Self::Items(Vec::new())).into_items();
        all.extend(items.into_iter().map(Into::into));
        *self = Self::Items(all);
    }
}
