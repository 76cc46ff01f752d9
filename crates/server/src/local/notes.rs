//! What an endpoint left out of a request, for the response's metadata.

/// Members of a request that were skipped or converted, each with the reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notes(pub(crate) Vec<(String, String)>);

impl Notes {
    /// Notes that the member at `path` was skipped or converted, and why.
    pub(crate) fn note(&mut self, path: impl Into<String>, why: impl Into<String>) {
        self.0.push((path.into(), why.into()));
    }
}
