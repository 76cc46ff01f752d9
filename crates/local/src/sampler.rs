//! Draws the next token from the model's scores.

use std::collections::HashMap;

/// Below this share of the likeliest token's probability, a token is never drawn.
const NEGLIGIBLE: f32 = 1e-9;

/// The settings of one answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampling {
    /// 0 takes the likeliest token.
    pub(crate) temperature: f64,
    /// Share of the probability that the tokens to draw from reach together.
    pub(crate) top_p: f64,
    /// Number of likeliest tokens to draw from; 0 for all.
    pub(crate) top_k: usize,
    /// Subtracted from a token's score once for each time it was drawn before.
    pub(crate) frequency_penalty: f64,
    /// Subtracted from a token's score if it was drawn before.
    pub(crate) presence_penalty: f64,
    /// Two samplers with the same seed draw alike.
    pub(crate) seed: u64,
}

/// Draws the tokens of one answer.
#[derive(Debug)]
pub(crate) struct Sampler {
    temperature: f32,
    top_p: f32,
    top_k: usize,
    frequency_penalty: f32,
    presence_penalty: f32,
    state: u64,
    /// Tokens drawn so far and their number; empty unless there is a penalty.
    drawn: HashMap<u32, u32>,
    penalized: Vec<f32>,
    candidates: Vec<(u32, f32)>,
}

impl Sampler {
    /// A sampler whose draws depend on the settings and the scores alone.
    pub(crate) fn new(sampling: Sampling) -> Self {
        Self {
            temperature: sampling.temperature as f32,
            top_p: sampling.top_p as f32,
            top_k: match sampling.top_k {
                0 => usize::MAX,
                top_k => top_k,
            },
            frequency_penalty: sampling.frequency_penalty as f32,
            presence_penalty: sampling.presence_penalty as f32,
            state: sampling.seed,
            drawn: HashMap::new(),
            penalized: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// Draws from the scores that pass the filter; `None` if no token passes.
    pub(crate) fn draw(&mut self, scores: &[f32], allowed: impl Fn(u32) -> bool) -> Option<u32> {
        if self.frequency_penalty == 0.0 && self.presence_penalty == 0.0 {
            return self.pick(scores, allowed);
        }
        let mut penalized = std::mem::take(&mut self.penalized);
        penalized.clear();
        penalized.extend_from_slice(scores);
        for (token, count) in &self.drawn {
            if let Some(score) = penalized.get_mut(*token as usize) {
                *score -= self.frequency_penalty * *count as f32 + self.presence_penalty;
            }
        }
        let token = self.pick(&penalized, allowed);
        self.penalized = penalized;
        if let Some(token) = token {
            *self.drawn.entry(token).or_default() += 1;
        }
        token
    }

    fn pick(&mut self, scores: &[f32], allowed: impl Fn(u32) -> bool) -> Option<u32> {
        let mut best: Option<(u32, f32)> = None;
        for (id, score) in (0u32..).zip(scores) {
            if best.is_none_or(|(_, highest)| *score > highest) && allowed(id) {
                best = Some((id, *score));
            }
        }
        let (best, highest) = best?;
        // A temperature this low would overflow the division, and changes nothing any more.
        if self.temperature < 1e-4 {
            return Some(best);
        }

        let floor = highest + NEGLIGIBLE.ln() * self.temperature;
        self.candidates.clear();
        for (id, score) in (0u32..).zip(scores) {
            if *score >= floor && allowed(id) {
                let weight = ((score - highest) / self.temperature).exp();
                self.candidates.push((id, weight));
            }
        }
        self.candidates
            .sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        self.candidates.truncate(self.top_k);
        let total: f32 = self.candidates.iter().map(|(_, weight)| weight).sum();

        let mut kept = 0.0;
        let mut len = 0;
        for (_, weight) in &self.candidates {
            kept += weight;
            len += 1;
            if kept >= self.top_p * total {
                break;
            }
        }
        self.candidates.truncate(len);

        let mut point = self.chance() * kept;
        for (id, weight) in &self.candidates {
            point -= weight;
            if point < 0.0 {
                return Some(*id);
            }
        }
        self.candidates.last().map(|(id, _)| *id)
    }

    /// A number from 0 to below 1, by splitmix64.
    fn chance(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f32; 4] = [1.0, 3.0, 2.0, -50.0];

    fn sampling() -> Sampling {
        Sampling {
            temperature: 1.0,
            top_p: 1.0,
            top_k: 0,
            frequency_penalty: 0.0,
            presence_penalty: 0.0,
            seed: 7,
        }
    }

    fn shares(sampling: Sampling) -> [u32; 4] {
        let mut sampler = Sampler::new(sampling);
        let mut counts = [0; 4];
        for _ in 0..20_000 {
            counts[sampler.draw(&SCORES, |_| true).unwrap() as usize] += 1;
        }
        counts
    }

    #[test]
    fn draws_follow_the_softmax() {
        let counts = shares(sampling());
        for (index, share) in [(0, 0.0900), (1, 0.6652), (2, 0.2447)] {
            let seen = f64::from(counts[index]) / 20_000.0;
            assert!((seen - share).abs() < 0.015, "{index}: {seen} for {share}");
        }
        assert_eq!(counts[3], 0);
    }

    #[test]
    fn top_p_cuts_the_tail_and_keeps_the_token_that_reaches_it() {
        let with = |top_p| Sampling {
            top_p,
            ..sampling()
        };
        let counts = shares(with(0.7));
        assert_eq!((counts[0], counts[3]), (0, 0));
        assert!(counts[2] > 0);
        assert_eq!(shares(with(0.0))[1], 20_000);
    }

    #[test]
    fn top_k_keeps_so_many_tokens() {
        let with = |top_k| Sampling {
            top_k,
            ..sampling()
        };
        assert_eq!(shares(with(1)), [0, 20_000, 0, 0]);
        let two = shares(with(2));
        assert_eq!((two[0], two[3]), (0, 0));
        assert!(two[1] > 0 && two[2] > 0);
        assert_eq!(shares(with(4)), shares(with(0)));
        assert_eq!(shares(with(1_000_000)), shares(with(0)));
    }

    #[test]
    fn no_temperature_takes_the_likeliest_that_is_allowed() {
        let mut sampler = Sampler::new(Sampling {
            temperature: 0.0,
            ..sampling()
        });
        assert_eq!(sampler.draw(&SCORES, |_| true), Some(1));
        assert_eq!(sampler.draw(&SCORES, |id| id != 1), Some(2));
        assert_eq!(sampler.draw(&SCORES, |_| false), None);
    }

    fn likeliest(frequency_penalty: f64, presence_penalty: f64) -> Vec<u32> {
        let mut sampler = Sampler::new(Sampling {
            temperature: 0.0,
            frequency_penalty,
            presence_penalty,
            ..sampling()
        });
        (0..6)
            .map(|_| sampler.draw(&SCORES, |_| true).unwrap())
            .collect()
    }

    #[test]
    fn penalties_lower_the_scores_of_drawn_tokens() {
        assert_eq!(likeliest(0.0, 0.0), [1, 1, 1, 1, 1, 1]);
        // Scores 3, 2, 1: each draw costs 0.6, so the second token is ahead after two of the first.
        assert_eq!(likeliest(0.6, 0.0), [1, 1, 2, 1, 2, 1]);
        // Paid once: 3 - 1.2 is below 2, then 2 - 1.2 below 1.8.
        assert_eq!(likeliest(0.0, 1.2), [1, 2, 1, 1, 1, 1]);
        // A negative penalty favours what was drawn.
        assert_eq!(likeliest(-2.0, -2.0), [1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_seed_repeats_itself_and_another_differs() {
        let draws = |seed| {
            let mut sampler = Sampler::new(Sampling {
                temperature: 1.5,
                seed,
                ..sampling()
            });
            (0..64)
                .map(|_| sampler.draw(&SCORES, |_| true))
                .collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }
}
