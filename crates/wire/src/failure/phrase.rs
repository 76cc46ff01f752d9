//! Hints in the words of a message: "Please try again in 12s".

use std::time::Duration;

use super::time::leading_duration;

/// Longest part of a message that is searched, in bytes.
const SEARCHED: usize = 4096;

/// What a hint in words begins with. Those that have a wider meaning (`wait`, `reset`) stand with
/// the words that narrow it: a connection reset and a maximum wait are no hints.
#[rustfmt::skip]
const TRIGGERS: &[&str] = &[
    "try again", "trying again", "tried again", "retry", "retrying", "please wait", "must wait",
    "should wait", "need to wait", "have to wait", "wait at least", "will reset", "resets",
    "will be reset", "limit reset", "quota reset", "available again", "come back",
];

/// Words that may stand between the trigger and the time.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "in", "after", "for", "within", "about", "around", "approximately", "roughly", "at", "least",
    "another", "the", "next", "again", "please", "your", "request", "it", "this",
];

/// Most words between the trigger and the time.
const MOST_FILLERS: usize = 6;

/// Returns the time that a message asks to wait. A number without a unit counts as seconds, but
/// only where the sentence ends after it.
pub(super) fn wait_in(message: &str) -> Option<Duration> {
    // The length in bytes stays the same, and so do the boundaries.
    let text = message.to_ascii_lowercase();
    let mut end = text.len().min(SEARCHED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end)?;
    let mut found: Vec<(usize, Duration)> = TRIGGERS
        .iter()
        .filter_map(|trigger| first_after(text, trigger))
        .collect();
    found.sort();
    found.first().map(|(_, wait)| *wait)
}

/// The first time that follows a trigger, and where it starts.
fn first_after(text: &str, trigger: &str) -> Option<(usize, Duration)> {
    text.match_indices(trigger).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let rest = text.get(at + trigger.len()..)?;
        if rest.starts_with(char::is_alphanumeric) {
            return None;
        }
        Some((at, time_after_fillers(rest)?))
    })
}

fn time_after_fillers(mut rest: &str) -> Option<Duration> {
    for _ in 0..=MOST_FILLERS {
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '=' | '~' | '≈' | '"' | '\'')
        });
        // As in a header's name; before a digit it is a sign.
        if let Some(word) = rest.strip_prefix(['-', '_']) {
            rest = word.starts_with(char::is_alphabetic).then_some(word)?;
        }
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return time(rest);
        }
        let end = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !FILLERS.contains(&word) {
            return None;
        }
        rest = after;
    }
    None
}

/// The time at the start of a text.
fn time(text: &str) -> Option<Duration> {
    if let Some((wait, _)) = leading_duration(text) {
        return Some(wait);
    }
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let ends = rest.is_empty() || rest.starts_with([',', ';', ')', '"', '\n', '!']);
    ends.then(|| super::time::number(number.trim_end_matches('.'), 1.0))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_read() {
        for (message, milliseconds) in [
            ("Please try again in 12s.", 12_000),
            (
                "Please try again in 1m30.5s. Visit https://x to learn more.",
                90_500,
            ),
            ("Rate limited, retry after 86400 seconds", 86_400_000),
            ("Try again in 20 ms", 20),
            ("try again in 5 minutes", 300_000),
            (
                "Limit 3, Used 3. Please try again in 20s. Limit resets in 60s.",
                20_000,
            ),
            ("Please retry in 36.487963271s.", 36_487),
            ("Please retry after 6 seconds.", 6000),
            (
                "You've exceeded the rate limit, please slow down and try again after 0.0 seconds",
                0,
            ),
            ("Please wait 30 seconds before sending more", 30_000),
            ("Your quota will reset after 18h31m10s.", 66_670_000),
            ("Limit resets in: 2 hours 5 minutes", 7_500_000),
            ("Retry-After: 30", 30_000),
            ("retry_after=2.5", 2500),
            ("Please try again in about 1 hour and 20 minutes", 4_800_000),
            ("PLEASE TRY AGAIN IN 7 SECONDS", 7000),
            ("RETRYING IN 5S", 5000),
            ("Try again later. You can retry your request in 8 sec", 8000),
        ] {
            let wait = wait_in(message).map(|wait| wait.as_millis());
            assert_eq!(wait, Some(milliseconds), "{message}");
        }
    }

    #[test]
    fn other_numbers_are_no_hints() {
        for message in [
            "",
            "Please try again later.",
            "The request timed out after 30 seconds",
            "Limit 500 requests per 60 seconds",
            "connection reset after 5 seconds",
            "the maximum wait of 30 seconds was exceeded",
            "waited 30 seconds for a worker",
            "Retried 3 times in 5 minutes",
            "retry 3 times",
            "Please retry after 2026-11-28T00:00:00Z",
            "Try again with max_tokens of at most 4096",
            "Try again in -5s",
            "retryable in 5s",
            "Try again in NaN seconds",
            "Please try again. The limit is 20 seconds per request",
        ] {
            assert_eq!(wait_in(message), None, "{message}");
        }
    }

    #[test]
    fn a_long_message_is_searched_at_its_start() {
        let late = format!("{}é try again in 5s", "x".repeat(SEARCHED - 1));
        assert_eq!(wait_in(&late), None);
        let early = format!("try again in 5s {}", "é".repeat(SEARCHED));
        assert_eq!(wait_in(&early), Some(Duration::from_secs(5)));
    }
}
