//! [`Names`]: the upstream's names of the tools.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Maximum length of a name at an upstream, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The upstream's names of the tools of a request.
///
/// Tools keep their names if the API allows them. A tool of a namespace gets a joined name,
/// `namespace__name`. Joined names and names that the API does not allow are changed to allowed ones:
/// shortened if they are too long, and made unique if another tool has them.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    allows: fn(&str) -> bool,
    /// By namespace and name. The namespace of a tool without one is empty.
    changed: HashMap<(&'a str, &'a str), String>,
    /// Names of tools without a namespace, as the client wrote them.
    plain: HashSet<&'a str>,
    taken: HashSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// Creates a table without tools. `allows` returns `true` for the names that the API allows.
    pub(crate) fn new(allows: fn(&str) -> bool) -> Self {
        Self {
            allows,
            changed: HashMap::new(),
            plain: HashSet::new(),
            taken: HashSet::new(),
        }
    }

    /// Returns `true` if a name is sent as it is.
    pub(crate) fn allows(&self, name: &str) -> bool {
        (self.allows)(name)
    }

    /// Adds the name of a tool without a namespace. Returns `false` if another tool has it. Names that
    /// are [allowed](Self::allows) must be added before the others.
    pub(crate) fn add(&mut self, name: &'a str) -> bool {
        if !self.allows(name) {
            if !self.plain.insert(name) {
                return false;
            }
            self.change("", name);
            return true;
        }
        self.plain.insert(name);
        self.taken.insert(Cow::Borrowed(name))
    }

    /// Adds a tool of a namespace, and returns its name. Returns `None` if the namespace has another
    /// tool of that name. All tools without a namespace must be added before.
    pub(crate) fn add_joined(&mut self, namespace: &'a str, name: &'a str) -> Option<String> {
        if self.changed.contains_key(&(namespace, name)) {
            return None;
        }
        Some(self.change(namespace, name))
    }

    fn change(&mut self, namespace: &'a str, name: &'a str) -> String {
        let changed = self.changed_name(namespace, name);
        self.taken.insert(Cow::Owned(changed.clone()));
        self.changed.insert((namespace, name), changed.clone());
        changed
    }

    /// Returns `true` if a tool without a namespace, or a joined name, is known.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name) || self.plain.contains(name)
    }

    /// Returns a name that no tool has, for a function of the server: `name`, or one that begins with
    /// it.
    pub(crate) fn unused(&self, name: &str) -> String {
        let mut unused = name.to_owned();
        while self.is_taken(&unused) {
            unused.push('_');
        }
        unused
    }

    /// Returns the upstream's name of a tool, of the request or of a call in the history.
    pub(crate) fn of_call(&self, namespace: Option<&str>, name: &'a str) -> Cow<'a, str> {
        let namespace = namespace.unwrap_or_default();
        if namespace.is_empty() && self.allows(name) {
            return Cow::Borrowed(name);
        }
        match self.changed.get(&(namespace, name)) {
            Some(changed) => Cow::Owned(changed.clone()),
            None => Cow::Owned(self.changed_name(namespace, name)),
        }
    }

    /// Returns a name for a tool whose own name cannot be sent: letters, digits, `_` and `-`, at most
    /// 64 of them, not taken, and the same in every request with the same tools.
    fn changed_name(&self, namespace: &str, name: &str) -> String {
        let mut full = match namespace {
            "" => name.to_owned(),
            namespace => format!("{namespace}__{name}"),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        full = full
            .chars()
            .map(|c| if plain(c) { c } else { '_' })
            .collect();
        if !full.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !self.allows(&full) {
            full.insert(0, '_');
        }
        let is_free = |name: &str| !self.taken.contains(name);
        if full.len() <= MAX_NAME_BYTES && is_free(&full) {
            return full;
        }
        let mut attempt: u64 = 0;
        loop {
            let end = format!("_{:08x}", hash(namespace, name, attempt));
            let start = full
                .get(..full.len().min(MAX_NAME_BYTES - end.len()))
                .unwrap_or_default();
            let candidate = format!("{start}{end}");
            if is_free(&candidate) {
                return candidate;
            }
            attempt += 1;
        }
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
        let mut names = Names::new(|_| true);
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
        let again = Names::new(|_| true);
        assert_eq!(
            again.of_call(Some(&long), "search"),
            names.of_call(Some(&long), "search")
        );
    }
}
