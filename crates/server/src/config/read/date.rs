//! Dates: `2026-05-01`, `2026-05-01T12:00:00Z`, as a string or as TOML's own form.

use toml::de::DeValue;
use toml_datetime::{Datetime, Offset};

use super::value::Value;

/// Returns the seconds from 1970 to a date or to a time with an offset.
pub(super) fn seconds(value: &Value<'_>) -> Option<u64> {
    let example = "a date such as \"2026-05-01\" or \"2026-05-01T12:00:00Z\"";
    let date = match value.value {
        DeValue::Datetime(date) => *date,
        DeValue::String(text) => match text.trim().parse::<Datetime>() {
            Ok(date) => date,
            Err(_) => {
                value.parsed(|_| Err::<(), _>(format!("is not {example}")));
                return None;
            }
        },
        _ => {
            value.wrong_type(example);
            return None;
        }
    };
    match from_1970(&date) {
        Ok(seconds) => Some(seconds),
        Err(problem) => {
            value.mistake(problem);
            None
        }
    }
}

fn from_1970(date: &Datetime) -> Result<u64, &'static str> {
    let day = date.date.ok_or("is a time without a date")?;
    let days = days_from_1970(
        i64::from(day.year),
        i64::from(day.month),
        i64::from(day.day),
    );
    let mut seconds = days * 86_400;
    if let Some(time) = date.time {
        seconds += i64::from(time.hour) * 3600 + i64::from(time.minute) * 60;
        seconds += i64::from(time.second.unwrap_or(0));
        match date.offset {
            Some(Offset::Z) => {}
            Some(Offset::Custom { minutes }) => seconds -= i64::from(minutes) * 60,
            None => return Err("has a time without an offset; write Z for UTC at its end"),
        }
    }
    u64::try_from(seconds).map_err(|_| "is before 1970")
}

/// Returns the days from 1970-01-01 to a date of the Gregorian calendar.
fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last day.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_seconds() {
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2000-03-01", 951_868_800),
            ("2026-05-01", 1_777_593_600),
            ("2026-05-01T12:00:00Z", 1_777_636_800),
            ("2026-05-01T12:00:00+02:00", 1_777_629_600),
            ("2026-05-01 12:00:00.5-01:30", 1_777_642_200),
        ] {
            let date: Datetime = text.parse().unwrap();
            assert_eq!(from_1970(&date), Ok(seconds), "{text}");
        }
        for text in ["1969-12-31", "12:00:00", "2026-05-01T12:00:00"] {
            assert!(from_1970(&text.parse().unwrap()).is_err(), "{text}");
        }
    }
}
