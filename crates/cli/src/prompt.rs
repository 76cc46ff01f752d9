//! Builds the prompt from the argument and standard input.

use crate::exit::CommandError;
use crate::stdin;

/// Returns the prompt: the argument, followed by the text that is piped to standard input. With `-`
/// or without an argument, standard input alone.
///
/// A terminal is read only for `-`.
pub(crate) async fn read(argument: Option<&str>) -> Result<String, CommandError> {
    let text = match argument {
        Some("-") => stdin::read().await?,
        Some(prompt) if stdin::is_terminal() => prompt.to_owned(),
        Some(prompt) => join(prompt, &stdin::read().await?),
        None if stdin::is_terminal() => {
            return Err(CommandError::usage(
                "no prompt: add it as an argument, or add `-`, type it, and end with Ctrl-D",
            ));
        }
        None => stdin::read().await?,
    };
    if text.trim().is_empty() {
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
