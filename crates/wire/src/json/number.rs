//! Numbers: their grammar, and turning them into Rust's without losing a digit.

use super::parser::{Parser, Step, Stop};
use crate::decode_error::Fault;

impl<'a> Parser<'a> {
    /// Takes a number as it is written.
    pub fn number(&mut self) -> Step<&'a str> {
        let byte = self.peek();
        let from = self.at;
        if !matches!(byte, b'-' | b'0'..=b'9') {
            return Err(Stop::Mismatch);
        }
        if byte == b'-' {
            self.at += 1;
        }
        if self.byte() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.byte(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        if self.byte().is_ascii_digit() {
            return Err(self.fault(Fault::Number));
        }
        Ok(self.slice(from, self.at))
    }

    fn digits(&mut self) -> Step<()> {
        let from = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == from {
            Err(self.fault(Fault::Number))
        } else {
            Ok(())
        }
    }

    /// Takes an integer: whether it is negative, and its size. A number that is no integer, or
    /// does not fit, is a mismatch; `1.0` and `1e3` are integers.
    #[inline]
    pub(crate) fn integer(&mut self) -> Step<(bool, u64)> {
        let byte = self.peek();
        let from = self.at;
        let rest = self.bytes.get(from..).unwrap_or_default();
        // The usual case: up to 18 digits, no sign, no fraction.
        let mut value = 0u64;
        let mut length = 0;
        for digit in rest.iter().take(18) {
            if !digit.is_ascii_digit() {
                break;
            }
            value = value * 10 + u64::from(digit - b'0');
            length += 1;
        }
        let next = rest.get(length).copied().unwrap_or(0);
        let simple = length > 0
            && !matches!(next, b'0'..=b'9' | b'.' | b'e' | b'E')
            && (byte != b'0' || length == 1);
        if simple {
            self.at = from + length;
            return Ok((false, value));
        }
        let text = self.number()?;
        exact_integer(text).ok_or(Stop::Mismatch)
    }

    /// Takes a number that an `f64` holds without losing a digit: written back in the shortest
    /// form, it has the same decimal value. Any other is a mismatch.
    pub(crate) fn float(&mut self) -> Step<f64> {
        let text = self.number()?;
        let value: f64 = text.parse().map_err(|_| Stop::Mismatch)?;
        if !value.is_finite() {
            return Err(Stop::Mismatch);
        }
        // Up to 15 digits always survive, away from the ends of the range.
        let magnitude = value.abs();
        if text.len() <= 15 && (1e-290..1e290).contains(&magnitude) || is_zero(text) {
            return Ok(value);
        }
        let written = Decimal::parse(text);
        let mut buffer = zmij::Buffer::new();
        if written == Decimal::parse(buffer.format_finite(value)) {
            Ok(value)
        } else {
            Err(Stop::Mismatch)
        }
    }
}

/// Whether a number is zero as it is written, and not only too small for its type.
fn is_zero(number: &str) -> bool {
    let mut mantissa = number
        .bytes()
        .take_while(|byte| !matches!(byte, b'e' | b'E'));
    mantissa.all(|byte| matches!(byte, b'0' | b'.' | b'-'))
}

/// A decimal number without what does not count: no leading or trailing zeros.
#[derive(PartialEq)]
struct Decimal {
    negative: bool,
    /// Significant digits, first and last not zero; empty for zero.
    digits: Vec<u8>,
    /// The power of ten of the last digit; 0 for zero.
    exponent: i64,
}

impl Decimal {
    /// The value of a number in JSON's grammar.
    fn parse(text: &str) -> Decimal {
        let negative = text.starts_with('-');
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, power(exponent)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = whole
            .bytes()
            .chain(fraction.bytes())
            .filter(u8::is_ascii_digit);
        let mut digits: Vec<u8> = all.skip_while(|digit| *digit == b'0').collect();
        let fraction = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let mut exponent = exponent.saturating_sub(fraction);
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent = exponent.saturating_add(1);
        }
        if digits.is_empty() {
            exponent = 0;
        }
        Decimal {
            negative: negative && !digits.is_empty(),
            digits,
            exponent,
        }
    }
}

/// An exponent of any length, clamped far outside of what any number type holds.
fn power(text: &str) -> i64 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = digits.bytes().fold(0i64, |value, digit| {
        (value * 10 + i64::from(digit.wrapping_sub(b'0'))).min(1_000_000_000_000)
    });
    if negative { -value } else { value }
}

fn exact_integer(text: &str) -> Option<(bool, u64)> {
    let decimal = Decimal::parse(text);
    if decimal.digits.len() > 20 || !(0..=20).contains(&decimal.exponent) {
        return None;
    }
    let mut value = 0u64;
    for digit in &decimal.digits {
        value = value
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
    }
    for _ in 0..decimal.exponent {
        value = value.checked_mul(10)?;
    }
    Some((decimal.negative, value))
}

#[cfg(test)]
mod tests {
    use super::super::Parser;

    fn integer(text: &str) -> Option<(bool, u64)> {
        Parser::new(text).integer().ok()
    }

    fn float(text: &str) -> Option<f64> {
        Parser::new(text).float().ok()
    }

    #[test]
    fn integers_in_any_notation() {
        assert_eq!(integer("0"), Some((false, 0)));
        assert_eq!(integer("42 "), Some((false, 42)));
        assert_eq!(integer("-42"), Some((true, 42)));
        assert_eq!(integer("1.0"), Some((false, 1)));
        assert_eq!(integer("0.0"), Some((false, 0)));
        assert_eq!(integer("-0"), Some((false, 0)));
        assert_eq!(integer("12e3"), Some((false, 12_000)));
        assert_eq!(integer("1.2e1"), Some((false, 12)));
        assert_eq!(integer("1200e-2"), Some((false, 12)));
        assert_eq!(integer("18446744073709551615"), Some((false, u64::MAX)));
        assert_eq!(
            integer("1234567890123456789"),
            Some((false, 1_234_567_890_123_456_789))
        );
        assert_eq!(
            integer("100000000000000000"),
            Some((false, 100_000_000_000_000_000))
        );
    }

    #[test]
    fn what_is_no_integer_is_a_mismatch() {
        for text in [
            "1.5",
            "1e-1",
            "18446744073709551616",
            "1e400",
            "1e99999999999999999999999",
        ] {
            assert_eq!(integer(text), None, "{text}");
        }
        assert_eq!(integer(&"9".repeat(5000)), None);
        assert_eq!(integer(&format!("1{}", "0".repeat(5000))), None);
    }

    #[test]
    fn floats_keep_every_digit_or_refuse() {
        assert_eq!(float("0.1"), Some(0.1));
        assert_eq!(float("-2.5e-3"), Some(-0.0025));
        assert_eq!(float("0.30000000000000004"), Some(0.30000000000000004));
        assert_eq!(float("0.000"), Some(0.0));
        assert_eq!(float("9007199254740992"), Some(9_007_199_254_740_992.0));
        assert_eq!(float("1e22"), Some(1e22));
        assert_eq!(float("1.7976931348623157e308"), Some(f64::MAX));
        assert_eq!(float("5e-324"), Some(5e-324));
        assert_eq!(float(&format!("1.5{}", "0".repeat(3000))), Some(1.5));
        for text in [
            "9007199254740993",
            "1e400",
            "-1e400",
            "1e-400",
            "0.1000000000000000055",
            "4e-324",
        ] {
            assert_eq!(float(text), None, "{text}");
        }
    }

    #[test]
    fn grammar() {
        for text in ["-", "01", "1.", ".5", "1e", "1e+", "-x", "+1", "00", "-01"] {
            let mut parser = Parser::new(text);
            let whole = parser.number().is_ok() && parser.end().is_ok();
            assert!(!whole, "{text}");
        }
    }
}
