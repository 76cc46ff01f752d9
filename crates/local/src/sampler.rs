//! Draws the next token from the model's scores.

/// Below this share of the likeliest token's probability, a token is never drawn.
const NEGLIGIBLE: f32 = 1e-9;

/// How tokens are drawn, and the state of chance.
#[derive(Debug)]
pub(crate) struct Sampler {
    temperature: f32,
    top_p: f32,
    state: u64,
    candidates: Vec<(u32, f32)>,
}

impl Sampler {
    /// A sampler whose draws depend on the seed alone.
    pub(crate) fn new(temperature: f64, top_p: f64, seed: u64) -> Self {
        Self {
            temperature: temperature as f32,
            top_p: top_p as f32,
            state: seed,
            candidates: Vec::new(),
        }
    }

    /// Draws from the scores that pass the filter, or gives nothing when none does.
    pub(crate) fn draw(&mut self, scores: &[f32], allowed: impl Fn(u32) -> bool) -> Option<u32> {
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
        let mut total = 0.0;
        for (id, score) in (0u32..).zip(scores) {
            if *score >= floor && allowed(id) {
                let weight = ((score - highest) / self.temperature).exp();
                self.candidates.push((id, weight));
                total += weight;
            }
        }
        self.candidates
            .sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));

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

    fn shares(temperature: f64, top_p: f64) -> [u32; 4] {
        let mut sampler = Sampler::new(temperature, top_p, 7);
        let mut counts = [0; 4];
        for _ in 0..20_000 {
            counts[sampler.draw(&SCORES, |_| true).unwrap() as usize] += 1;
        }
        counts
    }

    #[test]
    fn draws_follow_the_softmax() {
        let counts = shares(1.0, 1.0);
        for (index, share) in [(0, 0.0900), (1, 0.6652), (2, 0.2447)] {
            let seen = f64::from(counts[index]) / 20_000.0;
            assert!((seen - share).abs() < 0.015, "{index}: {seen} for {share}");
        }
        assert_eq!(counts[3], 0);
    }

    #[test]
    fn top_p_cuts_the_tail_and_keeps_the_token_that_reaches_it() {
        let counts = shares(1.0, 0.7);
        assert_eq!((counts[0], counts[3]), (0, 0));
        assert!(counts[2] > 0);
        assert_eq!(shares(1.0, 0.0)[1], 20_000);
    }

    #[test]
    fn no_temperature_takes_the_likeliest_that_is_allowed() {
        let mut sampler = Sampler::new(0.0, 1.0, 1);
        assert_eq!(sampler.draw(&SCORES, |_| true), Some(1));
        assert_eq!(sampler.draw(&SCORES, |id| id != 1), Some(2));
        assert_eq!(sampler.draw(&SCORES, |_| false), None);
    }

    #[test]
    fn a_seed_repeats_itself_and_another_differs() {
        let draws = |seed| {
            let mut sampler = Sampler::new(1.5, 1.0, seed);
            (0..64)
                .map(|_| sampler.draw(&SCORES, |_| true))
                .collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }
}
