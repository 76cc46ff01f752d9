//! [`Pointers`]: JSON pointers to values that are kept untyped.

/// No more than this many bytes of pointers are collected: each repeats the names above it, so
/// hostile input could otherwise make them far larger than itself.
const MAX_BYTES: usize = 16 << 20;

/// JSON pointers, collected on a walk through a value.
#[derive(Debug, Default)]
pub struct Pointers {
    pub(super) path: String,
    pub(super) bytes: usize,
    /// What a schema allows without naming it counts too.
    pub(super) strict: bool,
    pub(crate) found: Vec<String>,
}

impl Pointers {
    /// The value at the end of the path is untyped.
    pub fn here(&mut self) {
        self.bytes += self.path.len();
        if self.bytes <= MAX_BYTES {
            self.found.push(self.path.clone());
        }
    }

    pub(super) fn untyped(&mut self, name: &str) {
        let length = self.push(name);
        self.here();
        self.path.truncate(length);
    }

    pub(super) fn push(&mut self, name: &str) -> usize {
        let length = self.path.len();
        self.path.push('/');
        for char in name.chars() {
            match char {
                '~' => self.path.push_str("~0"),
                '/' => self.path.push_str("~1"),
                other => self.path.push(other),
            }
        }
        length
    }
}
