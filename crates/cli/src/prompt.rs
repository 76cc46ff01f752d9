//! Builds the prompt from the words of the command line and standard input.

use crate::exit::CommandError;
use crate::stdin;

/// Source of the text of a prompt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    /// Words of the command line.
    pub(crate) words: &'a [String],
    /// Standard input is an attachment.
    pub(crate) stdin_is_attached: bool,
    /// The prompt has attachments, so that it needs no text.
    pub(crate) has_attachments: bool,
}

/// Returns the prompt: the words, followed by the text that is piped to standard input. With `-` or
/// without words, standard input alone.
///
/// A terminal is read only for `-`. The prompt is empty only if nothing was given but attachments.
pub(crate) async fn read(sources: Sources<'_>) -> Result<String, CommandError> {
    let words = sources.words;
    let piped = !stdin::is_terminal() && !sources.stdin_is_attached;
    let text = match words {
        [word] if word == "-" => stdin::read_prompt().await?,
        [] if piped => stdin::read_prompt().await?,
        [] if sources.has_attachments => String::new(),
        [] => {
            return Err(CommandError::usage(
                "no prompt: add it as an argument, or add `-`, type it, and end with Ctrl-D",
            ));
        }
        words if piped => join(&words.join(" "), &stdin::read_prompt().await?),
        words => words.join(" "),
    };
    if text.trim().is_empty() {
        if words.is_empty() && sources.has_attachments {
            return Ok(String::new());
        }
        return Err(CommandError::usage(
            "the prompt is empty; add a text as an argument or pipe it to standard input",
        ));
    }
    Ok(text)
}

/// Joins an instruction and the text that it is about, with an empty line between them.
fn join(prompt: &str, input: &str) -> String {
    if input.trim().is_empty() {
        prompt.to_owned()
    } else if prompt.trim().is_empty() {
        input.to_owned()
    } else {
        format!("{}\n\n{input}", prompt.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn both_texts_are_kept() {
        assert_eq!(join("Explain:", "a\n"), "Explain:\n\na\n");
        assert_eq!(join("Explain:\n", "  a"), "Explain:\n\n  a");
        assert_eq!(join(" hi ", "\n"), " hi ");
        assert_eq!(join("", "a"), "a");
        assert_eq!(join(" ", " "), " ");
    }
}
