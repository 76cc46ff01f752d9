//! [`Support`]: the request parameters that the endpoint supports.

use crate::notes::Notes;

/// The request parameters that the endpoint supports, in the catalog's words.
#[derive(Clone, Copy)]
pub(super) struct Support<'a> {
    listed: Option<&'a [String]>,
    notes: &'a Notes,
}

impl<'a> Support<'a> {
    /// Creates a value from the catalog's list. `None`: the supported parameters are not known.
    pub(super) fn new(listed: Option<&'a [String]>, notes: &'a Notes) -> Self {
        Self { listed, notes }
    }

    /// Returns `true` if the endpoint lists the parameter.
    pub(super) fn lists(self, name: &str) -> bool {
        self.listed
            .is_some_and(|listed| listed.iter().any(|known| known == name))
    }

    /// Returns `true` if the endpoint lists the parameter, or if its parameters are not known.
    pub(super) fn allows(self, name: &str) -> bool {
        self.listed.is_none() || self.lists(name)
    }

    /// Returns `true` if the endpoint lists one of the parameters, or if its parameters are not
    /// known. Otherwise notes that the member at `path` has no effect.
    pub(super) fn allows_or_note(self, names: &[&str], path: &str) -> bool {
        let allowed = names.iter().any(|name| self.allows(name));
        if !allowed {
            self.note_unsupported(path);
        }
        allowed
    }

    /// Notes that the member at `path` has no effect because the endpoint does not support it.
    pub(super) fn note_unsupported(self, path: &str) {
        self.notes
            .ignored(path, "the endpoint does not list this parameter");
    }
}
