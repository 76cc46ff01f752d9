//! [`ByteSize`]: sizes in options and in the configuration file: `1000000`, `512KiB`, `1GB`.

use std::str::FromStr;

/// A number of bytes, at least 1: `1000000`, `512KiB`, `256 MiB`, `1GB`.
///
/// The units are B, kB, KiB, MB, MiB, GB, GiB and TiB, in upper or lower case. A number without a
/// unit counts bytes.
///
/// ```
/// use orouter_server::config::ByteSize;
/// assert_eq!("32MiB".parse(), Ok(ByteSize(32 * 1024 * 1024)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSize(pub usize);

/// Units and their sizes in bytes.
const UNITS: [(&str, u64); 9] = [
    ("", 1),
    ("b", 1),
    ("kb", 1000),
    ("kib", 1 << 10),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
];

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let unit = UNITS.iter().find(|(name, _)| *name == unit.trim_start());
        digits
            .parse::<u64>()
            .ok()
            .zip(unit)
            .and_then(|(number, (_, size))| number.checked_mul(*size))
            .and_then(|bytes| usize::try_from(bytes).ok())
            .filter(|bytes| *bytes > 0)
            .map(Self)
            .ok_or_else(|| "must be a size in bytes, KiB, MiB or GiB, as in 256MiB".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_with_and_without_units() {
        for (text, bytes) in [
            ("1", 1),
            ("1000000", 1_000_000),
            ("512KiB", 512 * 1024),
            ("256 MiB", 256 << 20),
            ("256mib", 256 << 20),
            ("1GB", 1_000_000_000),
            ("10B", 10),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "MiB",
            "1.5MiB",
            "1XiB",
            "99999999999999999999",
            "99999999TiB",
        ] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }
}
