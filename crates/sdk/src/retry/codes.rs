//! Patterns of statuses to retry, such as `429` and `5XX`.

use http::StatusCode;

/// A list of statuses and of classes of statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RetryCodes(Vec<Pattern>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    One(u16),
    Class(u16),
}

impl RetryCodes {
    pub(crate) fn parse<S: AsRef<str>>(
        patterns: impl IntoIterator<Item = S>,
    ) -> Result<Self, String> {
        patterns
            .into_iter()
            .map(|text| pattern(text.as_ref()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(crate) fn contains(&self, status: StatusCode) -> bool {
        let status = status.as_u16();
        self.0.iter().any(|pattern| match *pattern {
            Pattern::One(code) => code == status,
            Pattern::Class(class) => class == status / 100,
        })
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    let refused = || {
        format!("{text:?} is not a status; use a number such as \"429\" or a class such as \"5XX\"")
    };
    if text.len() != 3 || !text.is_ascii() {
        return Err(refused());
    }
    let (class, rest) = text.split_at(1);
    let class: u16 = class.parse().map_err(|_| refused())?;
    if !(1..=5).contains(&class) {
        return Err(refused());
    }
    if rest.eq_ignore_ascii_case("xx") {
        return Ok(Pattern::Class(class));
    }
    if !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    text.parse().map(Pattern::One).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_written() {
        let codes = RetryCodes::parse(["429", "5xx"]).unwrap();
        for (status, expected) in [
            (429, true),
            (500, true),
            (599, true),
            (428, false),
            (408, false),
        ] {
            assert_eq!(
                codes.contains(StatusCode::from_u16(status).unwrap()),
                expected,
                "{status}"
            );
        }
        let none = RetryCodes::parse::<&str>([]).unwrap();
        assert!(!none.contains(StatusCode::BAD_GATEWAY));
    }

    #[test]
    fn what_is_not_a_status_is_refused() {
        for text in [
            "", "5", "50", "5000", "XXX", "5X1", "0XX", "9XX", "-12", "+12", "5+1", "5é",
        ] {
            assert!(RetryCodes::parse([text]).is_err(), "{text}");
        }
    }
}
