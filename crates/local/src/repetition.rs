//! Detects an answer that has run into a loop: the same tokens over and over.

/// Repetitions in a row that make a loop.
pub(crate) const REPETITIONS: usize = 12;

/// Tokens that the repetitions have together, at least: short repetitions need more of them.
pub(crate) const MIN_TOKENS: usize = 128;

/// Longest period that is looked for; longer ones reach the output limit first.
const MAX_PERIOD: usize = 256;

/// The tokens of an answer so far, and how long each period has held.
#[derive(Debug)]
pub(crate) struct Repetition {
    tokens: Vec<u32>,
    /// At index `p - 1`: number of latest tokens that equal the token `p` places before.
    runs: Vec<usize>,
}

impl Repetition {
    pub(crate) fn new() -> Self {
        Self {
            tokens: Vec::new(),
            runs: vec![0; MAX_PERIOD],
        }
    }

    /// Adds a token; true if the answer now ends in a loop.
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

    /// Forgets the tokens so far, after one that the answer's shape prescribed.
    pub(crate) fn reset(&mut self) {
        self.tokens.clear();
        self.runs.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of tokens after which a loop was detected.
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
        // It does not matter what came before.
        let text = (1000..1500).chain(cycle(20));
        assert_eq!(detected(text), Some(740));
    }

    #[test]
    fn repetition_that_was_asked_for_is_no_loop() {
        // Ten equal lines, a hundred times one word, and a list that counts.
        assert_eq!(detected(cycle(30).take(300)), None);
        assert_eq!(detected(cycle(1).take(100)), None);
        let list = (0..200).flat_map(|n| [1, 2, 3, 1000 + n]);
        assert_eq!(detected(list), None);
    }

    #[test]
    fn a_reset_begins_anew() {
        let mut repetition = Repetition::new();
        for _ in 0..10 {
            assert!(!(0..100).any(|_| repetition.push(3)));
            repetition.reset();
        }
    }
}
