//! A stack of bits: which of the open brackets are objects, one bit each, however deep.

/// The open containers of a value that is being walked over, innermost last.
#[derive(Default)]
pub(super) struct Containers {
    /// The innermost up to 64, the last of them in the lowest bit.
    word: u64,
    /// Number of bits of `word` in use.
    used: u32,
    /// Full words further out.
    outer: Vec<u64>,
}

impl Containers {
    #[inline]
    pub(super) fn push(&mut self, object: bool) {
        if self.used == u64::BITS {
            self.outer.push(self.word);
            self.word = 0;
            self.used = 0;
        }
        self.word = (self.word << 1) | u64::from(object);
        self.used += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.word >>= 1;
        self.used = self.used.saturating_sub(1);
        if self.used == 0 {
            if let Some(word) = self.outer.pop() {
                self.word = word;
                self.used = u64::BITS;
            }
        }
    }

    /// Returns `true` if the innermost open container is an object; `None` if none is open.
    #[inline]
    pub(super) fn innermost(&self) -> Option<bool> {
        (self.used > 0).then_some(self.word & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Containers;

    #[test]
    fn keeps_what_was_pushed_across_words() {
        let mut stack = Containers::default();
        let pushed: Vec<bool> = (0..1000).map(|n| n % 3 == 0 || n % 7 == 0).collect();
        for bit in &pushed {
            stack.push(*bit);
        }
        for bit in pushed.iter().rev() {
            assert_eq!(stack.innermost(), Some(*bit));
            stack.pop();
        }
        assert_eq!(stack.innermost(), None);
    }
}
