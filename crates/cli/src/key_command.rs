//! Runs the command that prints an API key: `key_command` in the configuration file.

use std::process::{Command, Stdio};

use crate::exit::CommandError;
use crate::secret::Secret;

/// Maximum size of the output in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Runs a shell command, and returns the first line of its output. Its standard error is that of this
/// process, so that it can explain a failure. Its standard input is empty: that of this process may
/// be the prompt.
///
/// # Errors
/// A usage error if the command fails or does not print a key. No message contains the output.
pub(crate) fn key(command: &str) -> Result<Secret, CommandError> {
    let (shell, option) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let output = Command::new(shell)
        .args([option, command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| CommandError::usage(format!("cannot run key_command: {error}")))?;
    if !output.status.success() {
        return Err(CommandError::usage(format!(
            "key_command failed with {}: {command}",
            output.status
        )));
    }
    let output = output.stdout.get(..MAX_BYTES).unwrap_or(&output.stdout);
    let text = String::from_utf8_lossy(output);
    let line = text.lines().next().unwrap_or_default();
    Secret::parse(line).map_err(|reason| {
        CommandError::usage(format!(
            "the first line that key_command prints {reason}: {command}"
        ))
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_key() {
        let key = key("printf 'sk-1\\nlogin: me\\n'").unwrap();
        assert_eq!(key.reveal(), "sk-1");
    }

    #[test]
    fn failures_do_not_show_the_output() {
        for (command, expected) in [
            ("cat /dev/null", "is empty"),
            ("echo a $((1 + 1)) b", "contains a space"),
            ("echo 'a'$((1 + 1)); exit 3", "failed with exit status: 3"),
        ] {
            let failure = key(command).unwrap_err();
            assert!(failure.message.contains(expected), "{}", failure.message);
            assert!(!failure.message.contains("a2"), "{}", failure.message);
        }
    }
}
