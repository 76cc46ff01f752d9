//! Detects output that repeats the same tokens without end.

/// Minimum number of consecutive repetitions of a loop.
pub(crate) const REPETITIONS: usize = 12;

/// Minimum number of tokens of all repetitions together. Short periods need more repetitions.
pub(crate) const MIN_TOKENS: usize = 128;

/// Maximum period in tokens. A loop with a longer period reaches the output limit first.
const MAX_PERIOD: usize = 256;

/// The tokens of the output so far, and the length of the current run of each period.
#[derive(Debug)]
pub(crate) struct Repetition {
    tokens: Vec<u32>,
    /// At index `p - 1`: number of latest tokens that equal the token `p` positions before.
    runs: Vec<usize>,
}

impl Repetition {
    pub(crate) fn new() -> Self {
        Self {
            tokens: Vec::new(),
            runs: vec![0; MAX_PERIOD],
        }
    }

    /// Adds a token. Returns `true` if the output now ends in a loop.
    pub(crate) fn push(&mut self, token: u32) -> bool {
        let before = self.tokens.iter().rev();
        let mut looping = false;
        for (index, (run, earlier)) in self.runs.iter_mut().zip(before).enumerate() {
            let period = index + 1;
            *run = if *earlier == token { *run + 1 } else { 0 };
            looping |= *run + period >= (period * REPETITIONS).max(MIN_TOKENS);
        }
        self.tokens.push(token);
        looping
    }

    /// Clears the tokens so far, after a token that the constraint prescribed.
    pub(crate) fn reset(&mut self) {
        self.tokens.clear();
        self.runs.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of tokens after which a loop was detected.
    fn detected(tokens: impl IntoIterator<Item = u32>) -> Option<usize> {
        let mut repetition = Repetition::new();
        tokens
            .into_iter()
            .position(|token| repetition.push(token))
            .map(|index| index + 1)
    }

    fn cycle(period: u32) -> impl Iterator<Item = u32> {
        (0..period).cycle().take(4096)
    }

    #[test]
    fn loops_of_every_period_are_detected() {
        assert_eq!(detected(cycle(1)), Some(128));
        assert_eq!(detected(cycle(5)), Some(128));
        assert_eq!(detected(cycle(20)), Some(240));
        assert_eq!(detected(cycle(256)), Some(3072));
        // Text before the loop has no effect.
        let text = (1000..1500).chain(cycle(20));
        assert_eq!(detected(text), Some(740));
    }

    #[test]
    fn requested_repetition_is_not_a_loop() {
        // Ten equal lines, one word a hundred times, and a numbered list.
        assert_eq!(detected(cycle(30).take(300)), None);
        assert_eq!(detected(cycle(1).take(100)), None);
        let list = (0..200).flat_map(|n| [1, 2, 3, 1000 + n]);
        assert_eq!(detected(list), None);
    }

    #[test]
    fn a_reset_clears_the_run() {
        let mut repetition = Repetition::new();
        for _ in 0..10 {
            assert!(!(0..100).any(|_| repetition.push(3)));
            repetition.reset();
        }
    }
}
