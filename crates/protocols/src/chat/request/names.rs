//! [`Names`]: the upstream's names of the tools.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Maximum length of a name at an upstream, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The upstream's names of the tools of a request.
///
/// Tools keep their names. A tool of a namespace gets a joined name, `namespace__name`, which is
/// shortened if it is too long, and made unique if another tool has it.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    joined: HashMap<(&'a str, &'a str), String>,
    taken: HashSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// Adds the name of a tool without a namespace. Returns `false` if another tool has it.
    pub(super) fn add(&mut self, name: &'a str) -> bool {
        self.taken.insert(Cow::Borrowed(name))
    }

    /// Adds a tool of a namespace, and returns its name. Returns `None` if the namespace has another
    /// tool of that name. All tools without a namespace must be added before.
    pub(super) fn add_joined(&mut self, namespace: &'a str, name: &'a str) -> Option<String> {
        if self.joined.contains_key(&(namespace, name)) {
            return None;
        }
        let joined = join(namespace, name, |joined| self.taken.contains(joined));
        self.taken.insert(Cow::Owned(joined.clone()));
        self.joined.insert((namespace, name), joined.clone());
        Some(joined)
    }

    /// Returns `true` if a tool without a namespace, or a joined name, is known.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Returns the upstream's name of a tool that the history calls.
    pub(super) fn of_call(&self, namespace: Option<&str>, name: &'a str) -> Cow<'a, str> {
        let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) else {
            return Cow::Borrowed(name);
        };
        match self.joined.get(&(namespace, name)) {
            Some(joined) => Cow::Owned(joined.clone()),
            None => Cow::Owned(join(namespace, name, |joined| self.taken.contains(joined))),
        }
    }
}

/// Returns the joined name of a tool in a namespace: letters, digits, `_` and `-`, at most 64 of
/// them, and not `taken`.
fn join(namespace: &str, name: &str, taken: impl Fn(&str) -> bool) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let joined: String = format!("{namespace}__{name}")
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect();
    if joined.len() <= MAX_NAME_BYTES && !taken(&joined) {
        return joined;
    }
    let mut attempt: u64 = 0;
    loop {
        let end = format!("_{:08x}", hash(namespace, name, attempt));
        let start = joined
            .get(..joined.len().min(MAX_NAME_BYTES - end.len()))
            .unwrap_or_default();
        let candidate = format!("{start}{end}");
        if !taken(&candidate) {
            return candidate;
        }
        attempt += 1;
    }
}

/// FNV-1a. The name of a tool must be the same in every request, so the hash has no random seed.
fn hash(namespace: &str, name: &str, attempt: u64) -> u32 {
    let bytes = namespace.bytes().chain([0]).chain(name.bytes());
    let bytes = bytes.chain(attempt.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_names_are_short_unique_and_stable() {
        let long = "n".repeat(200);
        let mut names = Names::default();
        assert!(names.add("a__b"));
        assert!(names.add("plain"));
        assert!(!names.add("plain"));
        let spaces = ["a", "a_", "é", "ä", long.as_str(), "x y", "x.y"];
        let tools = ["b", "_b", "plain", "search", long.as_str()];
        let mut all = HashSet::new();
        for space in spaces {
            for tool in tools {
                let joined = names.add_joined(space, tool).unwrap();
                assert!(joined.len() <= 64, "{joined}");
                assert!(
                    joined
                        .bytes()
                        .all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
                );
                assert_eq!(names.of_call(Some(space), tool), joined.as_str());
                assert!(all.insert(joined));
                assert_eq!(names.add_joined(space, tool), None);
            }
        }
        assert!(!all.contains("a__b") && !all.contains("plain"));
        assert_eq!(names.of_call(None, "plain"), "plain");
        assert_eq!(names.of_call(Some("agents"), "spawn"), "agents__spawn");
        let again = Names::default();
        assert_eq!(
            again.of_call(Some(&long), "search"),
            names.of_call(Some(&long), "search")
        );
    }
}
