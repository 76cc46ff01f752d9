//! [`TimeSpan`]: times in options and in the configuration file: `500ms`, `30s`, `1.5m`, `2h`, `30d`.

use std::str::FromStr;
use std::time::Duration;

/// A time from 0 to 366 days, as a number with a unit: `500ms`, `30s`, `1.5m`, `2h`, `30d`. Several
/// units add up: `1h30m`.
///
/// ```
/// use std::time::Duration;
/// use orouter_server::config::TimeSpan;
/// assert_eq!("1.5m".parse(), Ok(TimeSpan(Duration::from_secs(90))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan(pub Duration);

/// Maximum time: a year. A longer one is a mistake, and could overflow a clock.
const MAXIMUM: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Units and their lengths in seconds.
const UNITS: [(&str, f64); 5] = [
    ("ms", 0.001),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
    ("d", 86400.0),
];

impl FromStr for TimeSpan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let (mut total, mut previous) = (0.0, f64::INFINITY);
        loop {
            let (digits, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
            let Ok(number) = digits.parse::<f64>() else {
                return Err(
                    "must be a number and a unit, as in 500ms, 30s, 5m, 1h or 1d".to_owned(),
                );
            };
            let (unit, after) = split(after.trim_start(), |c| !c.is_ascii_digit() && c != '.');
            let unit = unit.trim_end();
            if unit.is_empty() {
                return Err(format!(
                    "has no unit: write {digits}s for seconds; the units are ms, s, m, h and d"
                ));
            }
            let Some((_, seconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
                return Err(format!(
                    "has an unknown unit: {unit:?} is not ms, s, m, h or d"
                ));
            };
            if *seconds >= previous {
                return Err("must have its units in order, as in 1h30m".to_owned());
            }
            (total, previous) = (total + number * seconds, *seconds);
            if after.is_empty() {
                break;
            }
            rest = after;
        }
        match Duration::try_from_secs_f64(total) {
            Ok(time) if time <= MAXIMUM => Ok(Self(time)),
            _ => Err("must be at most 366d".to_owned()),
        }
    }
}

/// Splits a text after its first characters that satisfy `keep`.
fn split(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !keep(c)).unwrap_or(text.len());
    text.split_at(end)
}

impl TimeSpan {
    /// Parses a time that is not zero.
    ///
    /// # Errors
    /// If the text is not a time, or the time is zero.
    pub fn positive(text: &str) -> Result<Self, String> {
        let time: Self = text.parse()?;
        if time.0.is_zero() {
            return Err("must be more than zero".to_owned());
        }
        Ok(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("30s", 30_000),
            (" 30 s ", 30_000),
            ("1.5m", 90_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("0s", 0),
            ("0.25s", 250),
            ("1h30m", 5_400_000),
            ("1d 2h", 93_600_000),
        ] {
            let time = TimeSpan(Duration::from_millis(milliseconds));
            assert_eq!(text.parse(), Ok(time), "{text}");
        }
    }

    #[test]
    fn errors_say_what_is_wrong() {
        for (text, expected) in [
            ("30", "no unit: write 30s"),
            ("", "a number and a unit"),
            ("soon", "a number and a unit"),
            ("-1s", "a number and a unit"),
            ("1.2.3s", "a number and a unit"),
            ("30x", "unknown unit"),
            ("30S", "unknown unit"),
            ("30sec", "unknown unit"),
            ("1h30", "no unit: write 30s"),
            ("30m1h", "in order"),
            ("1s1s", "in order"),
            ("400d", "at most"),
            ("99999999999999999999999d", "at most"),
        ] {
            let error = text.parse::<TimeSpan>().unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(TimeSpan::positive("0ms").is_err());
        assert!(TimeSpan::positive("1ms").is_ok());
    }
}
