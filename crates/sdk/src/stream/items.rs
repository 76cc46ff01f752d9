//! [`Items`]: the items of a response as they grow.

use std::collections::VecDeque;

use orouter_wire::{EventClass, Item};

use super::ResponseStream;
use crate::error::Error;

impl ResponseStream {
    /// Returns the items of the response as they grow: the changed item after each change.
    ///
    /// Borrows the stream, so that [`into_response`](Self::into_response) still works afterwards.
    pub fn items(&mut self) -> Items<'_> {
        Items::new(self)
    }
}

/// The items of a response as they grow, returned by [`ResponseStream::items`].
///
/// Each update borrows its item from the stream, so that following a long response copies nothing.
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
    /// Indices of the items that only the stream's last event contained.
    late: VecDeque<usize>,
}

/// An item that has changed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ItemUpdate<'a> {
    /// Index in the response's output, from 0.
    pub index: usize,
    /// Snapshot of the item so far.
    pub item: &'a Item,
    /// `true` if the item is complete.
    pub done: bool,
}

impl<'a> Items<'a> {
    fn new(stream: &'a mut ResponseStream) -> Self {
        Self {
            stream,
            late: VecDeque::new(),
        }
    }

    /// Returns the next item that has changed; `None` once the stream has ended. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::next`].
    pub async fn next(&mut self) -> Option<Result<ItemUpdate<'_>, Error>> {
        let (index, done) = loop {
            if let Some(index) = self.late.pop_front() {
                break (index, true);
            }
            let event = match self.stream.next().await? {
                Ok(event) => event,
                Err(error) => return Some(Err(error)),
            };
            let done = event.class() == EventClass::ItemDone;
            if event.class().is_terminal() {
                self.late.extend(self.stream.assembler.added_at_end());
            }
            if let Some(index) = self.stream.assembler.touched() {
                break (index, done);
            }
        };
        let item = self.stream.snapshot().output.get(index)?;
        Some(Ok(ItemUpdate { index, item, done }))
    }
}
