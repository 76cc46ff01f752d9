//! [`Amount`]: an amount of money.

use std::fmt;
use std::str::FromStr;

/// An amount of money in units of 10⁻¹² USD, so that the price of a token is a whole number.
///
/// ```
/// use orouter_server::Amount;
/// let price: Amount = "0.0000025".parse()?;
/// assert_eq!(price, Amount::per_million(2.5));
/// assert_eq!(price.to_string(), "0.0000025");
/// assert_eq!(price.times(1_000_000).to_usd(), 2.5);
/// # Ok::<(), orouter_server::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Number of units in a dollar.
const UNITS: i64 = 1_000_000_000_000;

/// Number of decimal places of a unit.
const PLACES: usize = 12;

impl Amount {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Creates an amount from units of 10⁻¹² USD.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// Returns the amount in units of 10⁻¹² USD.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Creates an amount from USD, rounded to the nearest unit. A number that is too large becomes
    /// the largest amount (about 9.2 million USD), and one that is not a number becomes 0.
    #[must_use]
    pub fn from_usd(usd: f64) -> Self {
        Self((usd * UNITS as f64).round() as i64)
    }

    /// Creates the amount per token from a price in USD per million tokens.
    #[must_use]
    pub fn per_million(usd: f64) -> Self {
        Self((usd * (UNITS / 1_000_000) as f64).round() as i64)
    }

    /// Returns the amount in USD.
    #[must_use]
    pub fn to_usd(self) -> f64 {
        self.0 as f64 / UNITS as f64
    }

    /// Returns the amount for `count` of what costs this much each. Saturates.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(
            self.0
                .saturating_mul(i64::try_from(count).unwrap_or(i64::MAX)),
        )
    }

    /// Returns the sum. Saturates.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Shows the amount in USD as a decimal number without trailing zeros: `0.0000025`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (units, unit) = (self.0.unsigned_abs(), UNITS.unsigned_abs());
        write!(f, "{sign}{}", units / unit)?;
        let fraction = format!("{:0PLACES$}", units % unit);
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            fraction => write!(f, ".{fraction}"),
        }
    }
}

/// A text that is not an amount of USD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountError;

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a decimal number of US dollars")
    }
}

impl std::error::Error for AmountError {}

/// Reads a decimal number of USD, with an optional exponent. Digits below a unit are rounded.
impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let number: f64 = text.trim().parse().map_err(|_| AmountError)?;
        if number.is_finite() {
            Ok(Self::from_usd(number))
        } else {
            Err(AmountError)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_as_they_are_read() {
        for text in ["0", "0.0000025", "1", "1.5", "-0.25", "123.000000000001"] {
            let amount: Amount = text.parse().expect("an amount");
            assert_eq!(amount.to_string(), text);
        }
        assert_eq!("2.5e-6".parse(), Ok(Amount::from_units(2_500_000)));
        for text in ["", "one", "NaN", "inf"] {
            assert_eq!(text.parse::<Amount>(), Err(AmountError), "{text}");
        }
    }

    #[test]
    fn multiplication_saturates() {
        let most = Amount::from_units(i64::MAX);
        assert_eq!(Amount::per_million(1.0).times(u64::MAX), most);
        assert_eq!(most.plus(most), most);
    }
}
