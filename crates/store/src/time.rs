//! [`Timestamp`] and [`Day`]: times in UTC, and the windows of limits.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A time in UTC, in milliseconds since 1970.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a time from milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since 1970.
    #[must_use]
    pub const fn to_millis(self) -> i64 {
        self.0
    }

    /// Returns the time of this machine's clock.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(since.map_or(0, millis))
    }

    /// Returns the day of the time.
    #[must_use]
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(MILLIS_PER_DAY))
    }

    /// Returns the time that is `duration` later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// Returns the time that is `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// Returns the milliseconds from `earlier` to this time; negative if it is later.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Returns the whole milliseconds of a duration. Saturates.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Shows the time in ISO 8601, with milliseconds: `2026-05-01T09:30:00.250Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.rem_euclid(MILLIS_PER_DAY);
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let day = self.day();
        write!(f, "{day}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z")
    }
}

/// Reads ISO 8601 in UTC with seconds: `2026-05-01T09:30:00Z`, with any number of decimal places.
impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let text = text.strip_suffix(['Z', 'z']).ok_or(TimeError)?;
        let (day, time) = text.split_once(['T', 't']).ok_or(TimeError)?;
        let day: Day = day.parse()?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut parts = time.split(':');
        let mut part = |limit| number(parts.next(), 2).filter(|part| *part < limit);
        let (hours, minutes, seconds) = (part(24), part(60), part(60));
        let (Some(hours), Some(minutes), Some(seconds), None) =
            (hours, minutes, seconds, parts.next())
        else {
            return Err(TimeError);
        };
        if fraction.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(TimeError);
        }
        let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
        let millis = number(Some(&millis), 3).ok_or(TimeError)?;
        let seconds = (hours * 60 + minutes) * 60 + seconds;
        Ok(Self(day.0 * MILLIS_PER_DAY + seconds * 1000 + millis))
    }
}

/// Returns the number that a text of exactly `digits` digits stands for.
fn number(text: Option<&str>, digits: usize) -> Option<i64> {
    let text = text?;
    let all_digits = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_digit());
    if all_digits { text.parse().ok() } else { None }
}

/// A day in UTC, counted from 1970-01-01.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Day(i64);

impl Day {
    /// Creates a day from its number, counted from 1970-01-01.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Returns the number of the day, counted from 1970-01-01.
    #[must_use]
    pub const fn to_number(self) -> i64 {
        self.0
    }

    /// Returns the day that is `days` earlier.
    #[must_use]
    pub const fn minus(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Returns the time at which the day begins.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(MILLIS_PER_DAY))
    }

    /// Returns the Monday of the day's week.
    #[must_use]
    pub const fn monday(self) -> Self {
        Self(self.0 - (self.0 + 3).rem_euclid(7)) // 1970-01-01 was a Thursday
    }

    /// Returns the first day of the day's month.
    #[must_use]
    pub const fn first_of_month(self) -> Self {
        let (_, _, day) = self.civil();
        Self(self.0 - day + 1)
    }

    /// Returns year, month and day of the month. The algorithm counts in eras of 400 years that
    /// begin in March, so that the leap day is the last day of a year.
    const fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + (month <= 2) as i64;
        (year, month, day)
    }

    const fn from_civil(year: i64, month: i64, day: i64) -> Self {
        let year = year - (month <= 2) as i64;
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }
}

/// Shows the day as `2026-05-01`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Reads a day such as `2026-05-01`.
impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let mut parts = text.split('-');
        let year = number(parts.next(), 4).ok_or(TimeError)?;
        let month = number(parts.next(), 2).ok_or(TimeError)?;
        let day = number(parts.next(), 2).ok_or(TimeError)?;
        let result = Self::from_civil(year, month, day);
        // A date that does not exist, such as 2026-02-30, is another day.
        if parts.next().is_none() && result.civil() == (year, month, day) {
            Ok(result)
        } else {
            Err(TimeError)
        }
    }
}

/// A text that is not a time or a day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeError;

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a date such as 2026-05-01 or a UTC time such as 2026-05-01T09:30:00Z")
    }
}

impl std::error::Error for TimeError {}

/// The window after which the usage of a key's limit begins at zero again. UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LimitReset {
    /// At midnight.
    Daily,
    /// At midnight before Monday.
    Weekly,
    /// At midnight before the first day of a month.
    Monthly,
}

impl LimitReset {
    /// Returns the name in the API: `daily`, `weekly`, `monthly`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    /// Returns the first day of the window that contains `day`.
    #[must_use]
    pub const fn window_start(self, day: Day) -> Day {
        match self {
            Self::Daily => day,
            Self::Weekly => day.monday(),
            Self::Monthly => day.first_of_month(),
        }
    }

    /// Returns the time at which the window that contains `day` ends.
    #[must_use]
    pub const fn window_end(self, day: Day) -> Timestamp {
        let start = self.window_start(day).to_number();
        let end = match self {
            Self::Daily => start + 1,
            Self::Weekly => start + 7,
            Self::Monthly => Day(start + 31).first_of_month().to_number(),
        };
        Day(end).start()
    }
}

/// Reads `daily`, `weekly` or `monthly`.
impl FromStr for LimitReset {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        [Self::Daily, Self::Weekly, Self::Monthly]
            .into_iter()
            .find(|reset| reset.as_str() == text)
            .ok_or(TimeError)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn times_are_shown_and_read_in_iso_8601() {
        for (text, millis) in [
            ("1970-01-01T00:00:00.000Z", 0),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-30T08:28:45.000Z", 1_796_027_325_000),
        ] {
            let time = Timestamp::from_millis(millis);
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
        }
        let time = Timestamp::from_millis(1_796_027_325_120);
        for text in ["2026-11-30T08:28:45.12Z", "2026-11-30t08:28:45.1209999z"] {
            assert_eq!(text.parse(), Ok(time), "{text}");
        }
        for text in [
            "",
            "2026-11-30",
            "2026-11-30T08:28Z",
            "2026-11-30T08:28:45",
            "2026-11-30T24:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-30T08:28:45.Z",
            "2026-11-30T08:28:45+01:00",
            "+026-11-30T08:28:45Z",
            "2026-11-30T08:28:45:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn windows_begin_at_midnight_on_monday_and_on_the_first() {
        for (reset, of, start, end) in [
            (LimitReset::Daily, "2026-03-01", "2026-03-01", "2026-03-02"),
            (LimitReset::Weekly, "2026-03-01", "2026-02-23", "2026-03-02"),
            (LimitReset::Weekly, "2026-03-02", "2026-03-02", "2026-03-09"),
            (
                LimitReset::Monthly,
                "2026-02-28",
                "2026-02-01",
                "2026-03-01",
            ),
            (
                LimitReset::Monthly,
                "2026-12-31",
                "2026-12-01",
                "2027-01-01",
            ),
            (
                LimitReset::Monthly,
                "2028-02-29",
                "2028-02-01",
                "2028-03-01",
            ),
        ] {
            assert_eq!(reset.window_start(day(of)), day(start), "{reset:?} {of}");
            assert_eq!(
                reset.window_end(day(of)),
                day(end).start(),
                "{reset:?} {of}"
            );
            assert_eq!(reset.as_str().parse(), Ok(reset));
        }
    }

    proptest! {
        #[test]
        fn every_day_survives_its_text(number in -719_162i64..=2_932_896) {
            let day = Day::from_number(number);
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            prop_assert_eq!(day.start().day(), day);
        }
    }
}
