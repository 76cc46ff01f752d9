//! [`Usd`]: an exact amount of money.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An exact amount of money in units of 10⁻⁹ USD.
///
/// Sums are exact up to about 9.2 billion USD, which is enough for all the usage of an account. They
/// saturate there. The price of a single token can be less than a unit, so costs are computed
/// elsewhere and rounded once, when they become a charge. serde's form is the number of units.
///
/// ```
/// use orouter_store::Usd;
/// let cost: Usd = "0.0025".parse()?;
/// assert_eq!(cost, Usd::from_nanos(2_500_000));
/// assert_eq!(Usd::from_f64(0.1) + Usd::from_f64(0.2), Usd::from_f64(0.3));
/// assert_eq!(cost.to_string(), "0.0025");
/// # Ok::<(), orouter_store::UsdError>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Usd(i64);

/// Number of units in a dollar.
const NANOS: i64 = 1_000_000_000;

/// Number of decimal places of a unit.
const PLACES: usize = 9;

/// Number of units of 10⁻¹² USD in a unit.
const PICOS: i64 = 1_000;

impl Usd {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The largest amount, about 9.2 billion USD.
    pub const MAX: Self = Self(i64::MAX);

    /// Creates an amount from units of 10⁻⁹ USD.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Creates an amount from units of 10⁻¹² USD, rounded to the nearest unit, halves away from zero.
    #[must_use]
    pub const fn from_picos(picos: i64) -> Self {
        let (whole, rest) = (picos / PICOS, picos % PICOS);
        let up = (rest >= PICOS / 2) as i64 - (rest <= -PICOS / 2) as i64;
        Self(whole + up)
    }

    /// Creates an amount from the number of USD in a JSON text. The shortest decimal text of the
    /// number is converted exactly, so `0.1` is 0.1 USD. Digits below a unit are rounded, halves away
    /// from zero; too large numbers saturate; NaN becomes 0.
    #[must_use]
    pub fn from_f64(usd: f64) -> Self {
        if usd.is_nan() {
            return Self::ZERO;
        }
        match format!("{usd:e}").parse() {
            Ok(amount) => amount,
            Err(UsdError::Syntax | UsdError::Range) if usd < 0.0 => -Self::MAX,
            Err(UsdError::Syntax | UsdError::Range) => Self::MAX,
        }
    }

    /// Returns the number of units of 10⁻⁹ USD.
    #[must_use]
    pub const fn to_nanos(self) -> i64 {
        self.0
    }

    /// Returns the number of USD that is nearest to the amount.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        const EXACT: u64 = 1 << 53;
        if self.0.unsigned_abs() <= EXACT {
            self.0 as f64 / NANOS as f64 // both numbers are exact, so the quotient is the nearest one
        } else {
            self.to_string().parse().unwrap_or_default()
        }
    }

    /// Returns the part of the amount that is more than zero.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// Returns the amount for `count` of what costs this much each.
    #[must_use]
    pub const fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Returns the amount divided by `count`, rounded towards zero. Division by zero returns the
    /// amount.
    #[must_use]
    pub const fn divided_by(self, count: i64) -> Self {
        match self.0.checked_div(count) {
            Some(nanos) => Self(nanos),
            None => self,
        }
    }
}

/// Saturates.
impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Saturates.
impl Sub for Usd {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Usd {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Usd {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Shows the amount in USD as an exact decimal number without trailing zeros: `0.0000025`.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (nanos, unit) = (self.0.unsigned_abs(), NANOS.unsigned_abs());
        write!(f, "{sign}{}", nanos / unit)?;
        let fraction = format!("{:0PLACES$}", nanos % unit);
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            fraction => write!(f, ".{fraction}"),
        }
    }
}

/// A text that is not an amount of USD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UsdError {
    /// The text is not a decimal number.
    Syntax,
    /// The number is larger than [`Usd::MAX`], or its exponent has more than 3 digits.
    Range,
}

impl fmt::Display for UsdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "must be a decimal number of US dollars",
            Self::Range => "must be less than 9.2 billion US dollars",
        })
    }
}

impl std::error::Error for UsdError {}

/// Reads a decimal number of USD, with an optional exponent. Digits below a unit are rounded, halves
/// away from zero.
impl FromStr for Usd {
    type Err = UsdError;

    fn from_str(text: &str) -> Result<Self, UsdError> {
        let text = text.trim();
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.bytes().chain(fraction.bytes());
        if whole.len() + fraction.len() == 0 || !digits.clone().all(|digit| digit.is_ascii_digit())
        {
            return Err(UsdError::Syntax);
        }
        // Number of digits that stand for whole units.
        let whole_digits = whole.len() as i64 + exponent + PLACES as i64;
        let mut nanos: i64 = 0;
        let mut rounds_up = false;
        for (position, digit) in (0i64..).zip(digits) {
            let digit = i64::from(digit - b'0');
            if position < whole_digits {
                nanos = next_digit(nanos, digit)?;
            } else {
                rounds_up = position == whole_digits && digit >= 5;
                break;
            }
        }
        let written = (whole.len() + fraction.len()) as i64;
        for _ in written..whole_digits {
            if nanos == 0 {
                break;
            }
            nanos = next_digit(nanos, 0)?;
        }
        let nanos = nanos
            .checked_add(i64::from(rounds_up))
            .ok_or(UsdError::Range)?;
        Ok(Self(if negative { -nanos } else { nanos }))
    }
}

fn next_digit(number: i64, digit: i64) -> Result<i64, UsdError> {
    let shifted = number.checked_mul(10).ok_or(UsdError::Range)?;
    shifted.checked_add(digit).ok_or(UsdError::Range)
}

fn exponent_of(text: &str) -> Result<i64, UsdError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(UsdError::Syntax);
    }
    if digits.len() > 3 {
        return Err(UsdError::Range);
    }
    text.parse().map_err(|_| UsdError::Syntax)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_shown_as_they_are_read() {
        for text in ["0", "0.0000025", "1", "1.5", "-0.25", "123.000000001"] {
            let amount: Usd = text.parse().expect("an amount");
            assert_eq!(amount.to_string(), text);
        }
        for (text, nanos) in [
            ("2.5e-6", 2_500),
            ("25E-7", 2_500),
            (".5", 500_000_000),
            ("5.", 5_000_000_000),
            ("1e3", 1_000_000_000_000),
            ("0.0000000005", 1),
            ("0.00000000049", 0),
            ("-0.0000000005", -1),
            ("0.05e-8", 1),
            ("0.05e-9", 0),
            ("0e999", 0),
            ("1e-999", 0),
            ("+1", 1_000_000_000),
        ] {
            assert_eq!(text.parse(), Ok(Usd::from_nanos(nanos)), "{text}");
        }
        for text in [
            "", "one", "NaN", "inf", ".", "1.2.3", "--1", "1e", "e5", "1e+", "0x1", "1 2",
        ] {
            assert_eq!(text.parse::<Usd>(), Err(UsdError::Syntax), "{text}");
        }
        for text in ["1e10", "9300000000", "1e9999"] {
            assert_eq!(text.parse::<Usd>(), Err(UsdError::Range), "{text}");
        }
    }

    #[test]
    fn numbers_are_converted_by_their_decimal_text() {
        assert_eq!(Usd::from_f64(0.1) + Usd::from_f64(0.2), Usd::from_f64(0.3));
        assert_eq!(Usd::from_f64(1e-9), Usd::from_nanos(1));
        assert_eq!(Usd::from_f64(f64::NAN), Usd::ZERO);
        assert_eq!(Usd::from_f64(f64::INFINITY), Usd::MAX);
        assert_eq!(Usd::from_f64(-1e300), -Usd::MAX);
        assert_eq!(
            Usd::from_f64(999_999.999_999_999).to_nanos(),
            999_999_999_999_999
        );
    }

    #[test]
    fn picos_are_rounded_once() {
        for (picos, nanos) in [
            (499, 0),
            (500, 1),
            (1_499, 1),
            (1_500, 2),
            (-499, 0),
            (-500, -1),
        ] {
            assert_eq!(Usd::from_picos(picos), Usd::from_nanos(nanos), "{picos}");
        }
    }

    #[test]
    fn sums_saturate() {
        assert_eq!(Usd::MAX + Usd::from_nanos(1), Usd::MAX);
        assert_eq!(
            Usd::from_nanos(i64::MIN) - Usd::from_nanos(1),
            Usd::from_nanos(i64::MIN)
        );
        assert_eq!(Usd::MAX.times(3), Usd::MAX);
    }

    proptest! {
        #[test]
        fn every_amount_survives_its_text(nanos: i64) {
            prop_assume!(nanos != i64::MIN); // its absolute value is no i64
            let amount = Usd::from_nanos(nanos);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        }

        #[test]
        fn amounts_of_15_digits_survive_json(nanos in -999_999_999_999_999i64..=999_999_999_999_999) {
            let amount = Usd::from_nanos(nanos);
            prop_assert_eq!(Usd::from_f64(amount.to_f64()), amount);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "[-+0-9.eE]{0,12}") {
            let _ = text.parse::<Usd>();
        }
    }
}
