//! [`Notes`]: the parts of one request that were ignored, skipped, converted or adjusted, and the
//! reason for each. A client that asks for metadata finds them in `openrouter_metadata.pipeline`.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::quote::clip;

/// Maximum number of notes that are kept for one request; further notes are only counted.
const MAX_NOTES: usize = 64;

/// Maximum number of characters of a note's path and of its reason.
const MAX_PARAM_CHARS: usize = 128;
const MAX_REASON_CHARS: usize = 256;

/// The parts of one request that the server did not use as they were sent.
///
/// Clones share their notes. Each stage and the provider add to the notes of a request. The same
/// action on the same path is recorded once, the first 64 notes are kept and the others counted.
/// Paths longer than 128 characters and reasons longer than 256 are cut; control characters in them
/// are escaped.
///
/// ```
/// use orouter_protocols::{NoteAction, Notes};
/// let notes = Notes::default();
/// notes.skipped("tools[1]", "`web_search` runs on the service, and this server does not have it");
/// notes.ignored("text.verbosity", "the model has no such setting");
/// assert_eq!(notes.list()[0].action, NoteAction::Skipped);
/// assert_eq!(notes.list()[1].param, "text.verbosity");
/// ```
#[derive(Clone, Default)]
pub struct Notes(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    notes: Vec<Note>,
    dropped: u64,
    /// The client's names of the members of the request, if they differ.
    names: Option<Arc<dyn MemberNames>>,
}

/// The client's names of the members of a request that was translated for the stages of a server.
pub trait MemberNames: Send + Sync {
    /// Returns the client's name of a member. `None` if it is the same.
    fn of(&self, path: &str) -> Option<String>;

    /// Returns a text in which the members between backquotes have the client's names.
    fn in_text(&self, text: &str) -> String;
}

/// A state of [`Notes`].
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint {
    notes: usize,
    dropped: u64,
}

/// One part of a request that was not used as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The effect on that part.
    pub action: NoteAction,
    /// The path of the part: `text.verbosity`, `tools[2]`, or the name of a header.
    pub param: String,
    /// The reason, in words.
    pub reason: String,
}

/// The effect on a part of a request that was not used as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteAction {
    /// A setting without effect.
    Ignored,
    /// A tool or an item that the model does not get.
    Skipped,
    /// An item that the model gets in another form, such as text.
    Converted,
    /// A value that was replaced by another one.
    Adjusted,
}

impl NoteAction {
    /// Returns the word for the metadata: `ignored`, `skipped`, `converted`, `adjusted`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Skipped => "skipped",
            Self::Converted => "converted",
            Self::Adjusted => "adjusted",
        }
    }
}

impl Notes {
    /// Records a setting that has no effect.
    pub fn ignored(&self, param: impl AsRef<str>, reason: impl AsRef<str>) {
        self.add(NoteAction::Ignored, param.as_ref(), reason.as_ref());
    }

    /// Records a tool or an item that the model does not get.
    pub fn skipped(&self, param: impl AsRef<str>, reason: impl AsRef<str>) {
        self.add(NoteAction::Skipped, param.as_ref(), reason.as_ref());
    }

    /// Records an item that the model gets in another form.
    pub fn converted(&self, param: impl AsRef<str>, reason: impl AsRef<str>) {
        self.add(NoteAction::Converted, param.as_ref(), reason.as_ref());
    }

    /// Records a value that was replaced by another one.
    pub fn adjusted(&self, param: impl AsRef<str>, reason: impl AsRef<str>) {
        self.add(NoteAction::Adjusted, param.as_ref(), reason.as_ref());
    }

    /// Adds the notes of `other`.
    pub(crate) fn append(&self, other: &Self) {
        for note in other.list() {
            self.add(note.action, &note.param, &note.reason);
        }
        let mut kept = self.kept();
        kept.dropped = kept.dropped.saturating_add(other.dropped());
    }

    /// Sets the client's names of the members of the request. Later notes have them in their paths and
    /// reasons.
    ///
    /// ```
    /// use orouter_protocols::{Notes, chat_client};
    /// let notes = Notes::default();
    /// let body = br#"{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9}"#;
    /// let request = chat_client::request(body, &notes)?;
    /// notes.name_by(std::sync::Arc::new(request.names));
    /// notes.ignored("max_output_tokens", "the endpoint does not list this parameter");
    /// assert_eq!(notes.list()[0].param, "max_tokens");
    /// # Ok::<(), orouter_protocols::Refusal>(())
    /// ```
    pub fn name_by(&self, names: Arc<dyn MemberNames>) {
        self.kept().names = Some(names);
    }

    /// Returns the notes that were kept, in the order in which they were recorded.
    #[must_use]
    pub fn list(&self) -> Vec<Note> {
        self.kept().notes.clone()
    }

    /// Returns the number of notes that were recorded after the kept ones.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.kept().dropped
    }

    /// Returns the present state, to which [`rollback`](Self::rollback) returns.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let kept = self.kept();
        Checkpoint {
            notes: kept.notes.len(),
            dropped: kept.dropped,
        }
    }

    /// Removes the notes that were recorded after a checkpoint of these notes: they are about an
    /// endpoint that does not serve the request.
    ///
    /// ```
    /// use orouter_protocols::Notes;
    /// let notes = Notes::default();
    /// notes.ignored("route", "the API no longer uses it");
    /// let admitted = notes.checkpoint();
    /// notes.ignored("top_k", "the endpoint does not list this parameter");
    /// notes.rollback(admitted);
    /// assert_eq!(notes.list().len(), 1);
    /// ```
    pub fn rollback(&self, checkpoint: Checkpoint) {
        let mut kept = self.kept();
        kept.notes.truncate(checkpoint.notes);
        kept.dropped = kept.dropped.min(checkpoint.dropped);
    }

    fn add(&self, action: NoteAction, param: &str, reason: &str) {
        let mut kept = self.kept();
        let names = kept.names.clone();
        let names = names.as_deref();
        let own = names.and_then(|names| names.of(param));
        let param = clip(own.as_deref().unwrap_or(param), MAX_PARAM_CHARS);
        let known = |note: &Note| note.action == action && note.param == param;
        if kept.notes.iter().any(known) {
            return;
        }
        if kept.notes.len() == MAX_NOTES {
            kept.dropped += 1;
            return;
        }
        let own = names.map(|names| names.in_text(reason));
        let reason = clip(own.as_deref().unwrap_or(reason), MAX_REASON_CHARS);
        kept.notes.push(Note {
            action,
            param,
            reason,
        });
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.kept().notes).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_limited_in_number_and_length() {
        let notes = Notes::default();
        for index in 0..1000 {
            notes.skipped(format!("input[{index}]"), "x".repeat(10_000));
        }
        let list = notes.list();
        assert_eq!((list.len(), notes.dropped()), (64, 936));
        assert_eq!(list[63].param, "input[63]");
        assert_eq!(list[0].reason.chars().count(), 257);
        let notes = Notes::default();
        notes.ignored("a\n".repeat(10_000), "");
        assert!(notes.list()[0].param.len() < 400);
        assert!(!notes.list()[0].param.contains('\n'));
    }

    #[test]
    fn clones_share_their_notes_and_repeats_count_once() {
        let notes = Notes::default();
        let clone = notes.clone();
        clone.ignored("reasoning", "first");
        notes.ignored("reasoning", "second");
        notes.adjusted("reasoning", "third");
        let list = notes.list();
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].reason, "first");
        assert_eq!(list[1].action.as_str(), "adjusted");
    }
}
