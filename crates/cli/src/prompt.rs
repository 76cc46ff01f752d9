//! Where the prompt comes from: an argument or standard input.

use std::io::{self, IsTerminal as _, Read as _};

use crate::exit::Failure;

/// The prompt that the user means: the argument, or standard input for `-` and for nothing.
///
/// Reading blocks until the input ends.
pub(crate) fn read(argument: Option<&str>) -> Result<String, Failure> {
    let text = match argument {
        Some("-") => from_stdin()?,
        None if io::stdin().is_terminal() => {
            return Err(Failure::usage(
                "no prompt: give one as an argument, or `-` to type it and end with Ctrl-D",
            ));
        }
        None => from_stdin()?,
        Some(text) => text.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(Failure::usage("the prompt is empty"));
    }
    Ok(text)
}

fn from_stdin() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::usage(format!("cannot read the prompt: {error}")))?;
    utf8(bytes)
}

/// The bytes as text, or a complaint that says where they are not.
pub(crate) fn utf8(bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::usage(format!(
            "the prompt is not valid UTF-8 (byte {at}); convert it first"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn blank_prompts_are_refused() {
        for blank in ["", " ", "\n\t\u{3000}"] {
            assert_eq!(read(Some(blank)).unwrap_err().exit, Exit::Usage);
        }
        assert_eq!(read(Some(" hi ")).unwrap(), " hi ");
    }

    #[test]
    fn broken_utf8_names_the_byte() {
        let failure = utf8(b"caf\xe9".to_vec()).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains("byte 3"), "{}", failure.message);
    }
}
