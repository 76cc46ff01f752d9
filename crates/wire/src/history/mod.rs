//! [`History`]: a conversation that grows by messages, responses and tool outputs.
//!
//! | File | Holds |
//! |---|---|
//! | `response.rs` | the items of a response that can be sent back |
//! | `calls.rs` | calls and their outputs |
//! | `turns.rs` | the turns of a conversation, and the cut to a number of tokens |
//! | `estimate.rs` | the estimated number of tokens of an item |
//! | `convert.rs` | conversions from and to inputs and JSON |

mod calls;
mod convert;
mod error;
mod estimate;
mod response;
mod turns;

pub use error::{HistoryError, HistoryErrorKind};

use crate::item::{FunctionCall, Input, Item, ToolOutput};
use crate::response::Response;

/// Conversation as items, ready to be the input of the next request.
///
/// It holds what the caller pushes and what [`append`](Self::append) takes from responses. It has no
/// limit of its own; [`truncate_to`](Self::truncate_to) drops the oldest turns.
///
/// As JSON it is an array of items, in this crate's functions and in serde's formats.
///
/// ```
/// use orouter_wire::{FunctionCall, History, Message, Response, ResponsesRequest};
///
/// let mut history = History::from([
///     Message::system("Be brief."),
///     Message::user("Is it sunny in Paris?"),
/// ]);
///
/// // A response that calls a function.
/// let mut response = Response::new("resp_1", "openai/gpt-4o");
/// response.output = vec![FunctionCall::new("call_1", "weather", r#"{"city":"Paris"}"#).into()];
///
/// history.append(&response);
/// for call in history.pending_calls() {
///     history.push_output(&call.call_id, "sunny")?;
/// }
/// let request = ResponsesRequest::new("openai/gpt-4o").input(&history);
/// assert_eq!(request.input.unwrap().items().len(), 4);
///
/// history.push("And in Rome?");
/// assert_eq!(history.len(), 5);
/// # Ok::<(), orouter_wire::HistoryError>(())
/// ```
#[derive(CloneEq, Debug, Default)]
pub struct History {
    items: Vec<Item>,
}

impl History {
    /// Creates an empty history. `History::from(..)` takes text, items and messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what a request can have as input: text, which becomes a message of the user, a
    /// [`Message`](crate::Message), an [`Item`], the output of a tool, or several of them.
    ///
    /// Nothing is checked; see [`push_output`](Self::push_output) for outputs.
    pub fn push(&mut self, input: impl Into<Input>) {
        self.items.append(&mut input.into().into_items());
    }

    /// Adds the output of a response, in the form in which it can be sent back.
    ///
    /// Items stay as they are, reasoning with its encrypted content included, with these exceptions:
    ///
    /// - Messages without content are left out.
    /// - Calls that the model did not finish are left out. Their status is `in_progress` or
    ///   `incomplete`, or they are the last item of an incomplete response and have no valid arguments.
    /// - Reasoning that no other item follows is left out. Providers reject it.
    /// - Reasoning without a `summary` gets an empty one, which the API requires.
    ///
    /// If the service sends text only in the response's `output_text`, a message with this text is
    /// added.
    pub fn append(&mut self, response: &Response) {
        self.items.append(&mut response::sendable(response));
    }

    /// Adds the output of a pending call: of a function, or of a custom tool.
    ///
    /// # Errors
    ///
    /// Returns an error, and adds nothing, if the history has no call with this id, if the call has its
    /// output already, or if its kind needs another output item, which [`push`](Self::push) takes.
    pub fn push_output(
        &mut self,
        call_id: impl AsRef<str>,
        output: impl Into<ToolOutput>,
    ) -> Result<(), HistoryError> {
        let item = calls::output(&self.items, call_id.as_ref(), output.into())?;
        self.items.push(item);
        Ok(())
    }

    /// Returns the function calls without an output, in order. They must get one before the next
    /// request.
    #[must_use]
    pub fn pending_calls(&self) -> Vec<FunctionCall> {
        let pending = calls::pending(&self.items);
        pending
            .filter_map(Item::as_function_call)
            .cloned()
            .collect()
    }

    /// Returns all calls without an output, in order: also custom tools, shells, patches, computers and
    /// tool searches that the caller runs.
    pub fn pending_items(&self) -> impl Iterator<Item = &Item> {
        calls::pending(&self.items)
    }

    /// Drops the oldest turns until the estimated number of tokens is at most `tokens`. Returns `true`
    /// if it is.
    ///
    /// A turn begins with a message of the user, or with several in a row, and is dropped as a whole; so
    /// reasoning stays with the items that follow it. A turn whose call has its output in the next turn
    /// is part of that turn. The newest turn is always kept, even if it exceeds the budget; the result
    /// is then `false`.
    ///
    /// Messages of the system and the developer, additional tools, changes of settings and compacted
    /// context are always kept, wherever they are. They count too.
    ///
    /// The number of tokens is that of [`estimated_tokens`](Self::estimated_tokens). To count with a
    /// tokenizer, use [`truncate_by`](Self::truncate_by).
    ///
    /// ```
    /// use orouter_wire::{History, Message};
    ///
    /// let mut history = History::from([
    ///     Message::system("Be brief."),
    ///     Message::user("a long question ".repeat(100)),
    ///     Message::assistant("An answer."),
    ///     Message::user("A short question"),
    /// ]);
    /// assert!(history.truncate_to(100));
    /// assert_eq!(history.len(), 2);
    /// ```
    pub fn truncate_to(&mut self, tokens: u64) -> bool {
        self.truncate_by(tokens, estimate::tokens)
    }

    /// As [`truncate_to`](Self::truncate_to), with the caller's count of the tokens of an item.
    pub fn truncate_by(&mut self, tokens: u64, count: impl FnMut(&Item) -> u64) -> bool {
        turns::truncate(&mut self.items, tokens, count)
    }

    /// Returns the estimated number of tokens of all items.
    ///
    /// The estimate is one token for four bytes of text and 4 tokens for each item. An image counts as
    /// 1,000 tokens, or 100 with [`ImageDetail::Low`](crate::ImageDetail::Low). Data of audio, video
    /// and files counts as text of half its decoded size. A model's tokenizer can give another number,
    /// in particular for code and for languages other than English: leave a margin.
    #[must_use]
    pub fn estimated_tokens(&self) -> u64 {
        let tokens = self.items.iter().map(estimate::tokens);
        tokens.fold(0, u64::saturating_add)
    }

    /// Returns the items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Returns the items for changes.
    pub fn items_mut(&mut self) -> &mut Vec<Item> {
        &mut self.items
    }

    /// Returns the number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns `true` if the history has no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
