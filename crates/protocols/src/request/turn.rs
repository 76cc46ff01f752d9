//! [`Turn`]: a part of a conversation, made of the items of a request.

use std::borrow::Cow;

use orouter_wire::ReasoningItem;

use super::call::Call;
use super::part::Part;
use super::place::Place;

/// A part of a conversation that one side said.
#[derive(Debug)]
pub(crate) enum Turn<'a> {
    System {
        /// Texts only.
        parts: Vec<Part<'a>>,
        /// The item. `None` for the `instructions` of the request.
        place: Option<Place>,
    },
    User(Vec<Part<'a>>),
    Model(ModelTurn<'a>),
}

/// All that the model said until the next message or output, and the results of its calls.
#[derive(Debug, Default)]
pub(crate) struct ModelTurn<'a> {
    /// In the order of the items.
    pub(crate) blocks: Vec<Block<'a>>,
    /// One result for each call, in the order of the outputs in the request.
    pub(crate) results: Vec<CallResult<'a>>,
}

/// A block of a [`ModelTurn`].
#[derive(Debug)]
pub(crate) enum Block<'a> {
    Thought(&'a ReasoningItem, Place),
    /// A message with a text, a refusal or both.
    Message {
        /// Texts only; none of them is empty.
        parts: Vec<Part<'a>>,
        refusal: Option<Cow<'a, str>>,
    },
    Call(Call<'a>),
}

/// The result of a call.
#[derive(Debug)]
pub(crate) struct CallResult<'a> {
    /// The number of the call among the calls of its turn.
    pub(crate) call: usize,
    /// Texts, also empty ones, images, files and others.
    pub(crate) parts: Vec<Part<'a>>,
    /// The caller says that the call failed.
    pub(crate) failed: bool,
}

impl<'a> ModelTurn<'a> {
    /// Returns the calls.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call<'a>> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Call(call) => Some(call),
            _ => None,
        })
    }

    /// Returns the calls.
    pub(crate) fn calls_mut(&mut self) -> impl Iterator<Item = &mut Call<'a>> {
        self.blocks.iter_mut().filter_map(|block| match block {
            Block::Call(call) => Some(call),
            _ => None,
        })
    }
}
