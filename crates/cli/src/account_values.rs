//! Parsers of option values of accounts: amounts, times, accounts, windows.

use clap::ValueEnum;
use orouter_server::config::TimeSpan;
use orouter_server::store::{AccountId, Day, LimitReset, StoreError, Timestamp, Usd};

/// Number of decimal places of an exact amount.
const PLACES: usize = 9;

/// Parses an amount that can be stored exactly.
pub(crate) fn usd(text: &str) -> Result<Usd, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return Err("must be an amount in US dollars, such as 25 or 0.5".to_owned());
    }
    if fraction.trim_end_matches('0').len() > PLACES {
        return Err(format!("must have at most {PLACES} decimal places"));
    }
    text.parse()
        .map_err(|error: orouter_server::store::UsdError| error.to_string())
}

/// Parses a time in UTC. A date is the beginning of the day.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    let day = |_| text.parse().map(Day::start);
    text.parse()
        .or_else(day)
        .map_err(|error: orouter_server::store::TimeError| error.to_string())
}

/// Parses a time in UTC, or a time from now on.
pub(crate) fn later(text: &str) -> Result<Timestamp, String> {
    if let Ok(span) = text.parse::<TimeSpan>() {
        return Ok(Timestamp::now().plus(span.0));
    }
    time(text).map_err(|error| format!("{error}, or a time from now on such as 30d"))
}

/// Parses the id of an account.
pub(crate) fn account(text: &str) -> Result<AccountId, String> {
    AccountId::new(text).map_err(|error| match error {
        StoreError::Invalid { message, .. } => message.to_owned(),
        error => error.to_string(),
    })
}

/// Window after which the usage of a key's limit begins at zero again. UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Window {
    /// At midnight
    Daily,
    /// At midnight before Monday
    Weekly,
    /// At midnight before the first day of a month
    Monthly,
}

impl From<Window> for LimitReset {
    fn from(window: Window) -> Self {
        match window {
            Window::Daily => Self::Daily,
            Window::Weekly => Self::Weekly,
            Window::Monthly => Self::Monthly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, nanos) in [
            ("25", 25_000_000_000),
            ("-0.5", -500_000_000),
            ("+1.000000001", 1_000_000_001),
            ("0.1000000000000", 100_000_000),
        ] {
            assert_eq!(usd(text), Ok(Usd::from_nanos(nanos)), "{text}");
        }
        for text in [
            "",
            "-",
            "$5",
            "1,5",
            "1e3",
            "NaN",
            ".5",
            "5.",
            "1.0000000001",
            "99999999999",
        ] {
            assert!(usd(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_the_beginning_of_its_day() {
        assert_eq!(time("2026-05-01"), time("2026-05-01T00:00:00Z"));
        for text in ["", "tomorrow", "2026-02-30", "2026-05-01T00:00:00", "30d"] {
            assert!(time(text).is_err(), "{text}");
        }
        let before = Timestamp::now();
        let later_time = later("30d").unwrap();
        assert!(later_time.millis_since(before) >= 30 * 86_400_000);
        assert_eq!(later("2026-05-01"), time("2026-05-01"));
        assert!(later("soon").unwrap_err().contains("30d"));
    }
}
