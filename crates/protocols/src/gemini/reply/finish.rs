//! The meaning of finish reasons and of the reasons for which a prompt is blocked.

use super::model::Word;
use crate::output::Finish;

/// Returns the meaning of a finish reason, and the word for messages. `None` if the reply goes on:
/// some servers send the unspecified value until it ends.
pub(super) fn of_candidate(word: &Word) -> Option<(Finish, String)> {
    let (finish, word) = match word {
        Word::Name(name) if is_unspecified(name) => return None,
        Word::Name(name) => (Finish::from_word(name)?, name.clone()),
        Word::Number(number) => (of_number(*number)?, number.to_string()),
        Word::Unknown(_) => return None,
    };
    Some((finish, word))
}

/// Returns the word of the reason for which the prompt was blocked. `None` if it was not blocked.
pub(super) fn of_prompt(word: &Word) -> Option<String> {
    match word {
        Word::Name(name) if name.is_empty() || is_unspecified(name) => None,
        Word::Name(name) => Some(name.clone()),
        Word::Number(0) | Word::Unknown(_) => None,
        Word::Number(number) => Some(number.to_string()),
    }
}

fn is_unspecified(name: &str) -> bool {
    name.to_ascii_uppercase().ends_with("_UNSPECIFIED")
}

/// Returns the meaning of a number. The Gemini API and Vertex AI number their words differently, so
/// a number that stands for different meanings is a failure.
fn of_number(number: i64) -> Option<Finish> {
    Some(match number {
        0 => return None,
        1 => Finish::Completed,
        2 => Finish::OutputLimit,
        3 | 4 | 6 | 7 | 8 | 11 => Finish::Filtered,
        5 | 9 | 10 | 12.. => Finish::Failed,
        _ => Finish::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(json: &str) -> Option<Finish> {
        of_candidate(&orouter_wire::from_str(json).unwrap()).map(|(finish, _)| finish)
    }

    #[test]
    fn every_documented_word_has_a_meaning() {
        let table = include_str!("../replies.md");
        for (word, finish) in [
            ("STOP", Finish::Completed),
            ("MAX_TOKENS", Finish::OutputLimit),
            ("SAFETY", Finish::Filtered),
            ("RECITATION", Finish::Filtered),
            ("LANGUAGE", Finish::Filtered),
            ("BLOCKLIST", Finish::Filtered),
            ("PROHIBITED_CONTENT", Finish::Filtered),
            ("SPII", Finish::Filtered),
            ("IMAGE_SAFETY", Finish::Filtered),
            ("IMAGE_PROHIBITED_CONTENT", Finish::Filtered),
            ("IMAGE_RECITATION", Finish::Filtered),
            ("MODEL_ARMOR", Finish::Filtered),
            ("OTHER", Finish::Failed),
            ("IMAGE_OTHER", Finish::Failed),
            ("NO_IMAGE", Finish::Failed),
            ("MALFORMED_FUNCTION_CALL", Finish::Failed),
            ("UNEXPECTED_TOOL_CALL", Finish::Failed),
            ("TOO_MANY_TOOL_CALLS", Finish::Failed),
            ("MISSING_THOUGHT_SIGNATURE", Finish::Failed),
            ("MALFORMED_RESPONSE", Finish::Failed),
            ("NEW_REASON", Finish::Unknown),
        ] {
            assert_eq!(meaning(&format!("\"{word}\"")), Some(finish), "{word}");
            let status = match finish {
                Finish::Completed => "| completed |",
                Finish::OutputLimit => "`max_output_tokens` |",
                Finish::Filtered => "`content_filter` |",
                _ => "| failed |",
            };
            let quoted = format!("`{word}`");
            let row = table
                .lines()
                .find(|row| row.contains(&quoted))
                .unwrap_or("| any other word | failed |");
            assert!(row.ends_with(status), "{word}: {row}");
        }
    }

    #[test]
    fn a_reply_without_a_reason_goes_on() {
        for json in ["\"FINISH_REASON_UNSPECIFIED\"", "\"\"", "0", "null", "{}"] {
            assert_eq!(meaning(json), None, "{json}");
        }
    }

    #[test]
    fn numbers_complete_a_reply_only_if_they_stand_for_stop() {
        assert_eq!(meaning("1"), Some(Finish::Completed));
        assert_eq!(meaning("1.0"), Some(Finish::Completed));
        assert_eq!(meaning("2"), Some(Finish::OutputLimit));
        assert_eq!(meaning("3"), Some(Finish::Filtered));
        for number in [-1, 5, 9, 10, 12, 99] {
            let finish = meaning(&number.to_string()).unwrap();
            assert!(finish >= Finish::Unknown, "{number}");
        }
    }
}
