//! Samples the next token from the model's logits.

use std::collections::HashMap;

/// Minimum probability of a token that is sampled, relative to that of the likeliest token.
const MIN_RELATIVE_PROBABILITY: f32 = 1e-9;

/// Sampling parameters of one generation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampling {
    /// 0 takes the likeliest token.
    pub(crate) temperature: f64,
    /// Probability mass of the candidates, from 0 to 1.
    pub(crate) top_p: f64,
    /// Maximum number of candidates; 0 for all.
    pub(crate) top_k: usize,
    /// Subtracted from a token's logit for each time it was sampled before.
    pub(crate) frequency_penalty: f64,
    /// Subtracted from a token's logit if it was sampled before.
    pub(crate) presence_penalty: f64,
    /// Samplers with the same seed sample the same tokens from the same logits.
    pub(crate) seed: u64,
}

/// Samples the tokens of one generation.
#[derive(Debug)]
pub(crate) struct Sampler {
    temperature: f32,
    top_p: f32,
    top_k: usize,
    frequency_penalty: f32,
    presence_penalty: f32,
    state: u64,
    /// Number of times that each token was sampled; empty without a penalty.
    sampled: HashMap<u32, u32>,
    penalized: Vec<f32>,
    candidates: Vec<(u32, f32)>,
}

impl Sampler {
    /// Creates a sampler.
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
            sampled: HashMap::new(),
            penalized: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// Samples one of the allowed tokens; `None` if none is allowed.
    pub(crate) fn sample(&mut self, logits: &[f32], allowed: impl Fn(u32) -> bool) -> Option<u32> {
        if self.frequency_penalty == 0.0 && self.presence_penalty == 0.0 {
            return self.sample_from(logits, allowed);
        }
        let mut penalized = std::mem::take(&mut self.penalized);
        penalized.clear();
        penalized.extend_from_slice(logits);
        for (token, count) in &self.sampled {
            if let Some(logit) = penalized.get_mut(*token as usize) {
                *logit -= self.frequency_penalty * *count as f32 + self.presence_penalty;
            }
        }
        let token = self.sample_from(&penalized, allowed);
        self.penalized = penalized;
        if let Some(token) = token {
            *self.sampled.entry(token).or_default() += 1;
        }
        token
    }

    fn sample_from(&mut self, logits: &[f32], allowed: impl Fn(u32) -> bool) -> Option<u32> {
        let mut best: Option<(u32, f32)> = None;
        for (id, logit) in (0u32..).zip(logits) {
            if best.is_none_or(|(_, highest)| *logit > highest) && allowed(id) {
                best = Some((id, *logit));
            }
        }
        let (best, highest) = best?;
        // At so low a temperature the likeliest token always wins, and the division could overflow.
        if self.temperature < 1e-4 {
            return Some(best);
        }

        let floor = highest + MIN_RELATIVE_PROBABILITY.ln() * self.temperature;
        self.candidates.clear();
        for (id, logit) in (0u32..).zip(logits) {
            if *logit >= floor && allowed(id) {
                let weight = ((logit - highest) / self.temperature).exp();
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

        let mut point = self.random_unit() * kept;
        for (id, weight) in &self.candidates {
            point -= weight;
            if point < 0.0 {
                return Some(*id);
            }
        }
        self.candidates.last().map(|(id, _)| *id)
    }

    /// Returns a random number in `[0, 1)`, by splitmix64.
    fn random_unit(&mut self) -> f32 {
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

    const LOGITS: [f32; 4] = [1.0, 3.0, 2.0, -50.0];

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
            counts[sampler.sample(&LOGITS, |_| true).unwrap() as usize] += 1;
        }
        counts
    }

    #[test]
    fn frequencies_follow_the_softmax() {
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
    fn top_k_limits_the_number_of_candidates() {
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
    fn temperature_0_takes_the_likeliest_allowed_token() {
        let mut sampler = Sampler::new(Sampling {
            temperature: 0.0,
            ..sampling()
        });
        assert_eq!(sampler.sample(&LOGITS, |_| true), Some(1));
        assert_eq!(sampler.sample(&LOGITS, |id| id != 1), Some(2));
        assert_eq!(sampler.sample(&LOGITS, |_| false), None);
    }

    fn likeliest(frequency_penalty: f64, presence_penalty: f64) -> Vec<u32> {
        let mut sampler = Sampler::new(Sampling {
            temperature: 0.0,
            frequency_penalty,
            presence_penalty,
            ..sampling()
        });
        (0..6)
            .map(|_| sampler.sample(&LOGITS, |_| true).unwrap())
            .collect()
    }

    #[test]
    fn penalties_lower_the_logits_of_sampled_tokens() {
        assert_eq!(likeliest(0.0, 0.0), [1, 1, 1, 1, 1, 1]);
        // Logits 3, 2, 1: each time costs 0.6, so the second token leads after two of the first.
        assert_eq!(likeliest(0.6, 0.0), [1, 1, 2, 1, 2, 1]);
        // Subtracted once: 3 - 1.2 is below 2, then 2 - 1.2 is below 1.8.
        assert_eq!(likeliest(0.0, 1.2), [1, 2, 1, 1, 1, 1]);
        // A negative penalty favours sampled tokens.
        assert_eq!(likeliest(-2.0, -2.0), [1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn equal_seeds_give_equal_samples() {
        let samples = |seed| {
            let mut sampler = Sampler::new(Sampling {
                temperature: 1.5,
                seed,
                ..sampling()
            });
            (0..64)
                .map(|_| sampler.sample(&LOGITS, |_| true))
                .collect::<Vec<_>>()
        };
        assert_eq!(samples(1), samples(1));
        assert_ne!(samples(1), samples(2));
    }
}
