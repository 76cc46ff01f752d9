//! The items of a response as they grow.

use std::collections::VecDeque;

use orouter_wire::{Item, StreamEvent};

use super::ResponseStream;
use crate::error::Error;

/// The items of a response as they grow. Made by [`ResponseStream::items`].
///
/// It lends each item rather than giving it away, so that watching a long answer grow copies
/// nothing.
///
/// # Example
///
/// ```no_run
/// # async fn example(mut stream: orouter::ResponseStream) -> Result<(), orouter::Error> {
/// use orouter::Item;
///
/// let mut items = stream.items();
/// while let Some(update) = items.next().await {
///     let update = update?;
///     if let (Item::FunctionCall(call), true) = (update.item, update.done) {
///         println!("{}({})", call.name, call.arguments);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a stream does nothing unless it is read"]
pub struct Items<'a> {
    stream: &'a mut ResponseStream,
    /// The items that only the stream's last event brought.
    late: VecDeque<usize>,
}

/// An item that has just grown.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ItemUpdate<'a> {
    /// Its place in the response's output, from 0.
    pub index: usize,
    /// The item as far as it is.
    pub item: &'a Item,
    /// Whether nothing more will be added to it.
    pub done: bool,
}

impl<'a> Items<'a> {
    pub(super) fn new(stream: &'a mut ResponseStream) -> Self {
        Self {
            stream,
            late: VecDeque::new(),
        }
    }

    /// The next item that has grown; `None` once the stream has ended.
    ///
    /// # Errors
    ///
    /// As [`ResponseStream::next`].
    pub async fn next(&mut self) -> Option<Result<ItemUpdate<'_>, Error>> {
        let (index, done) = loop {
            if let Some(index) = self.late.pop_front() {
                break (index, true);
            }
            let event = match self.stream.next().await? {
                Ok(event) => event,
                Err(error) => return Some(Err(error)),
            };
            let done = matches!(event, StreamEvent::OutputItemDone(_));
            if event.is_terminal() {
                self.late.extend(self.stream.assembler.added_at_end());
            }
            if let Some(index) = self.stream.assembler.touched() {
                break (index, done);
            }
        };
        let item = self.stream.so_far().output.get(index)?;
        Some(Ok(ItemUpdate { index, item, done }))
    }
}
