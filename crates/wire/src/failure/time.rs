//! Points in time and durations as services write them: `6m0s`, `1.5 seconds`, RFC 3339, HTTP dates,
//! numbers of seconds and milliseconds.

use std::time::{Duration, SystemTime};

/// Numbers from here on are seconds since 1970 (September 2001), below it seconds from now.
const EPOCH_SECONDS: f64 = 1e9;
/// Numbers from here on are milliseconds since 1970 (March 1973).
const EPOCH_MILLISECONDS: f64 = 1e11;
/// Numbers from here on are no time that a service can mean (the year 5138 in milliseconds).
const ABSURD: f64 = 1e14;

/// When something happens: after some time from now, or at a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    After(Duration),
    At(SystemTime),
}

/// A count of units, each of which is so many seconds long. A count that is negative or not a
/// finite number is `None`; more than a [`Duration`] holds is the longest.
pub(super) fn count(count: f64, unit: f64) -> Option<Duration> {
    let sound = count.is_finite() && count >= 0.0;
    sound.then(|| Duration::try_from_secs_f64(count * unit).unwrap_or(Duration::MAX))
}

/// The same of a number in text.
pub(super) fn number(text: &str, unit: f64) -> Option<Duration> {
    count(text.trim().parse().ok()?, unit)
}

/// A time to wait: seconds without a unit, or a duration with units.
pub(super) fn wait(text: &str) -> Option<Duration> {
    number(text, 1.0).or_else(|| duration(text))
}

/// The end of a period: seconds or milliseconds since 1970, seconds from now, a duration with
/// units, or a date.
pub(super) fn reset(text: &str) -> Option<When> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        let since_1970 = |unit| SystemTime::UNIX_EPOCH.checked_add(count(number, unit)?);
        return match number {
            _ if !number.is_finite() || number >= ABSURD => None,
            _ if number >= EPOCH_MILLISECONDS => since_1970(0.001).map(When::At),
            _ if number >= EPOCH_SECONDS => since_1970(1.0).map(When::At),
            _ => count(number, 1.0).map(When::After),
        };
    }
    let date = || rfc3339(text).or_else(|| http_date(text));
    duration(text)
        .map(When::After)
        .or_else(|| date().map(When::At))
}

/// An HTTP date in any of its three forms.
pub(super) fn http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text.trim()).ok()
}

/// A duration that is the whole text.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (duration, rest) = leading_duration(text.trim())?;
    rest.is_empty().then_some(duration)
}

/// A duration at the start of a text, and the text after it: `1m30.5s`, `20 ms`,
/// `1 hour and 5 minutes`.
pub(super) fn leading_duration(text: &str) -> Option<(Duration, &str)> {
    let (mut sum, mut rest) = quantity(text)?;
    // The units get smaller, so a second duration in the sentence is not added to the first.
    let mut last = rest.1;
    let mut after = rest.0;
    loop {
        let next = after.trim_start_matches([' ', ',']);
        let next = next.strip_prefix("and ").unwrap_or(next);
        match quantity(next) {
            Some((more, (tail, unit))) if unit < last => {
                sum = sum.saturating_add(more);
                rest = (tail, unit);
                (after, last) = rest;
            }
            _ => return Some((sum, after)),
        }
    }
}

/// A number with its unit: the duration, the text after it, and the unit in seconds.
fn quantity(text: &str) -> Option<(Duration, (&str, f64))> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .filter(|end| *end > 0)?;
    let (number, rest) = text.split_at(digits);
    let rest = rest.trim_start_matches([' ', '\u{a0}']);
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let unit = unit(name)?;
    Some((count(number.parse().ok()?, unit)?, (rest, unit)))
}

/// The length of a unit in seconds.
fn unit(name: &str) -> Option<f64> {
    Some(match name.to_lowercase().as_str() {
        "ns" | "nanosecond" | "nanoseconds" => 1e-9,
        "us" | "µs" | "μs" | "microsecond" | "microseconds" => 1e-6,
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    })
}

/// A point in time as RFC 3339 writes it, with any fraction and offset.
pub(super) fn rfc3339(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let (date, time) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes().get(10)?, b'T' | b't' | b' ') {
        return None;
    }
    let (clock, offset) = time.split_at(time.find(['Z', 'z', '+', '-'])?);
    let [year, month, day] = fields::<3>(date, '-')?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = fields::<3>(clock, ':')?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let sound = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        // A leap second counts as the second after it.
        && second <= 60;
    if !sound {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    let seconds = seconds - offset_seconds(offset)?;
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(seconds.try_into().ok()?))?
        .checked_add(Duration::try_from_secs_f64(fraction).ok()?)
}

/// How far a clock is ahead of UTC.
fn offset_seconds(offset: &str) -> Option<i64> {
    if offset.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = fields::<2>(offset.get(1..)?, ':')?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// So many numbers of digits alone.
fn fields<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let numbers: Option<Vec<i64>> = text
        .split(separator)
        .map(|field| {
            let digits = field.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| field.parse().ok())?
        })
        .collect();
    numbers?.try_into().ok()
}

/// Days from 1970 to a date of the Gregorian calendar, whose year is taken to start in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, milliseconds) in [
            ("1s", 1000),
            ("6m0s", 360_000),
            ("250ms", 250),
            ("1h2m3s", 3_723_000),
            ("2m59.56s", 179_560),
            ("1d2h", 93_600_000),
            ("18h31m10s", 66_670_000),
            ("20 ms", 20),
            ("5 minutes", 300_000),
            ("1 hour and 20 minutes", 4_800_000),
            ("1 minute, 30 seconds", 90_000),
            ("0.5 sec", 500),
        ] {
            let read = duration(text);
            assert_eq!(read, Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in [
            "", "s", "5", "-5s", "5 apples", "1.2.3s", "1s2m", "NaNs", "infs", "1e3s", ".s",
            "5s later",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
        assert_eq!(duration(&"9".repeat(400)), None);
        let endless = format!("{}s", "9".repeat(40));
        assert_eq!(duration(&endless), Some(Duration::MAX));
    }

    #[test]
    fn dates_are_read_with_fractions_and_offsets() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds);
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("1994-11-06T08:49:37Z", 784_111_777.0),
            ("1994-11-06t08:49:37.5z", 784_111_777.5),
            ("1994-11-06 09:49:37+01:00", 784_111_777.0),
            ("1994-11-06T03:19:37-05:30", 784_111_777.0),
            ("2024-02-29T00:00:00Z", 1_709_164_800.0),
            ("2000-03-01T00:00:00Z", 951_868_800.0),
            ("2100-01-01T00:00:00Z", 4_102_444_800.0),
        ] {
            assert_eq!(rfc3339(text), Some(at(seconds)), "{text}");
        }
        for text in [
            "2024-02-29",
            "2024-02-29T00:00:00",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-32T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+1",
            "1969-12-31T23:59:59Z",
            "-024-01-01T00:00:00Z",
            "é024-01-01T00:00:00Z",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_period_is_told_by_its_magnitude() {
        let at = |seconds| {
            Some(When::At(
                SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            ))
        };
        let after = |seconds| Some(When::After(Duration::from_secs(seconds)));
        for (text, expected) in [
            ("1795824000000", at(1_795_824_000)),
            ("1795824000", at(1_795_824_000)),
            ("30", after(30)),
            ("86400", after(86_400)),
            ("0", after(0)),
            ("1.5", Some(When::After(Duration::from_millis(1500)))),
            ("6m0s", after(360)),
            ("1994-11-06T08:49:37Z", at(784_111_777)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", at(784_111_777)),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("1e300", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(reset(text), expected, "{text}");
        }
    }
}
