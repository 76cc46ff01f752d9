//! [`Input`]: the input of a request, which some responses echo.

use crate::item::{FunctionCallOutput, Item, Message};
use crate::{Unknown, Wire};

/// Input of the model: a string or a list of items.
///
/// Use it for the `input` of a request. A string is a message of the user; a list is a
/// conversation, which may include the output of earlier responses.
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
    /// Message of the user.
    #[wire(string)]
    Text(String),
    /// Items of a conversation.
    #[wire(array)]
    Items(Vec<Item>),
    /// Any other JSON, kept as received.
    Unknown(Unknown),
}

impl Input {
    /// Returns the items. The slice is empty if the input is a string.
    pub fn items(&self) -> &[Item] {
        match self {
            Self::Items(items) => items,
            _ => &[],
        }
    }

    /// Returns the input as a string, or `None` if it is not a string.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the input as items. A string becomes a message of the user.
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

impl From<FunctionCallOutput> for Input {
    fn from(output: FunctionCallOutput) -> Self {
        Self::Items(vec![output.into()])
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
    /// Appends items. A string is first converted to a message of the user.
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        let mut all = std::mem::replace(self, Self::Items(Vec::new())).into_items();
        all.extend(items.into_iter().map(Into::into));
        *self = Self::Items(all);
    }
}
