//! Cost of a conversation so far.

use std::fmt;

/// Sum of the costs of responses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cost {
    dollars: f64,
    /// Number of responses with a cost.
    known: usize,
    /// Number of responses without one.
    unknown: usize,
}

impl Cost {
    /// Adds the cost of a response.
    pub(crate) fn add(&mut self, dollars: Option<f64>) {
        match dollars.filter(|dollars| dollars.is_finite()) {
            Some(dollars) => {
                self.dollars += dollars;
                self.known += 1;
            }
            None => self.unknown += 1,
        }
    }

    /// Returns `true` if the cost of a response is known.
    pub(crate) fn is_known(&self) -> bool {
        self.known > 0
    }
}

impl fmt::Display for Cost {
    /// Writes the sum with up to 6 decimals, as in `$0.0125` or `at least $2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unknown > 0 {
            f.write_str("at least ")?;
        }
        if self.dollars > 0.0 && self.dollars < 0.000_000_5 {
            return f.write_str("$0.000001 or less");
        }
        let digits = format!("{:.6}", self.dollars);
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        write!(f, "${digits}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(costs: &[Option<f64>]) -> Cost {
        let mut sum = Cost::default();
        for cost in costs {
            sum.add(*cost);
        }
        sum
    }

    #[test]
    fn sums_have_the_digits_that_matter() {
        for (costs, expected) in [
            (&[Some(0.25)][..], "$0.25"),
            (&[Some(0.25), Some(1.75)], "$2"),
            (&[Some(0.1), Some(0.2)], "$0.3"),
            (&[Some(0.000_012)], "$0.000012"),
            (&[Some(0.000_000_1)], "$0.000001 or less"),
            (&[Some(0.0)], "$0"),
            (&[Some(10.0), None], "at least $10"),
            (&[Some(1.0), Some(f64::NAN)], "at least $1"),
        ] {
            assert_eq!(sum(costs).to_string(), expected);
        }
    }

    #[test]
    fn without_costs_the_sum_is_unknown() {
        assert!(!sum(&[]).is_known());
        assert!(!sum(&[None]).is_known());
        assert!(sum(&[None, Some(0.0)]).is_known());
    }
}
