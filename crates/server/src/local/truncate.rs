//! `truncation: "auto"`: drops the oldest turns of a conversation until it fits the context.

use orouter_local::{Engine, GenerateError, Message as Turn, Prompt};

use orouter_protocols::Notes;

/// Number of tokens to leave for the output of a shortened conversation, if the request does not
/// set `max_output_tokens`.
const OUTPUT_TOKENS: usize = 512;

/// Drops the oldest turns of a prompt that is too long for the context, and notes it. The leading
/// system turn and the last turn stay. If these two are too long, the engine refuses the prompt.
pub(super) fn fit(engine: &Engine, prompt: &mut Prompt, notes: &Notes) {
    let mut dropped = 0;
    while let Err(GenerateError::ContextLength { tokens, limit }) = engine.count_tokens(prompt) {
        let wanted = prompt
            .max_output_tokens
            .map_or(OUTPUT_TOKENS, |tokens| tokens as usize);
        let target = limit.saturating_sub(wanted.min(limit / 4));
        let before = prompt.messages.len();
        drop_oldest(&mut prompt.messages, tokens, target);
        if prompt.messages.len() == before {
            break;
        }
        dropped += before - prompt.messages.len();
    }
    let reason = match dropped {
        0 => "`auto`: nothing was dropped".to_owned(),
        _ => format!("`auto`: the {dropped} oldest turns were dropped"),
    };
    notes.adjusted("truncation", reason);
}

/// Drops the oldest turns: at least one, if possible, and enough to reduce `tokens` to `target` if
/// tokens are spread evenly over the text. A tool's output is not kept without its call.
fn drop_oldest(turns: &mut Vec<Turn>, tokens: usize, target: usize) {
    let first = usize::from(turns.first().is_some_and(|turn| turn.role == "system"));
    let last = turns.len().saturating_sub(1);
    let bytes: usize = turns.iter().map(|turn| turn.content.len()).sum();
    let excess = (bytes as u64) * (tokens.saturating_sub(target) as u64) / (tokens.max(1) as u64);
    let mut end = first;
    let mut dropped = 0;
    while end < last {
        let orphan = turns.get(end).is_some_and(|turn| {
            turn.role == "assistant" || turn.content.starts_with("<tool_response>")
        });
        if end > first && dropped >= excess && !orphan {
            break;
        }
        dropped += turns.get(end).map_or(0, |turn| turn.content.len()) as u64;
        end += 1;
    }
    turns.drain(first..end.max(first));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(roles: &[(&str, &str)]) -> Vec<Turn> {
        roles
            .iter()
            .map(|(role, text)| Turn::new(*role, *text))
            .collect()
    }

    fn left(turns: &[Turn]) -> Vec<&str> {
        turns.iter().map(|turn| turn.content.as_str()).collect()
    }

    #[test]
    fn the_oldest_turns_are_dropped_and_the_ends_stay() {
        let mut list = turns(&[
            ("system", "ssss"),
            ("user", "aaaa"),
            ("assistant", "bbbb"),
            ("user", "cccc"),
            ("assistant", "dddd"),
            ("user", "eeee"),
        ]);
        drop_oldest(&mut list, 24, 20);
        assert_eq!(
            left(&list),
            ["ssss", "cccc", "dddd", "eeee"],
            "the first turn is not a reply"
        );
        drop_oldest(&mut list, 1000, 1);
        assert_eq!(left(&list), ["ssss", "eeee"]);
        drop_oldest(&mut list, 1000, 1);
        assert_eq!(left(&list), ["ssss", "eeee"]);
        let mut list = turns(&[("user", "a")]);
        drop_oldest(&mut list, 1000, 1);
        assert_eq!(left(&list), ["a"]);
    }

    #[test]
    fn an_output_is_dropped_with_its_call() {
        let mut list = turns(&[
            ("user", "aaaa"),
            ("assistant", "<tool_call>"),
            ("user", "<tool_response>\nx"),
            ("assistant", "b"),
            ("user", "c"),
        ]);
        drop_oldest(&mut list, 10, 9);
        assert_eq!(left(&list), ["c"]);
    }
}
