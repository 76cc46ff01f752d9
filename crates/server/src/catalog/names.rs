//! [`Names`]: a table whose keys are compared ignoring ASCII case.

use std::borrow::Cow;
use std::collections::HashMap;

/// A table whose keys are compared ignoring ASCII case.
#[derive(Clone, Debug)]
pub(super) struct Names<T>(HashMap<String, T>);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Names<T> {
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(&*lower(name))
    }

    /// Adds an entry, unless the name has one.
    pub(super) fn add(&mut self, name: &str, value: T) {
        self.0.entry(lower(name).into_owned()).or_insert(value);
    }
}

/// Returns the name in lower case. Allocates only if it has upper case.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
