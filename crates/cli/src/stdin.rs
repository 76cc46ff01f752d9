//! Reads standard input to its end, and prints a notice while the command waits for it.

use std::io::{self, ErrorKind, IsTerminal as _, Read as _};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::encoding::{self, DecodeError};
use crate::exit::CommandError;
use crate::terminal;

/// Maximum size of standard input in bytes: larger than the context of any model.
const MAX_BYTES: usize = 64 << 20;

/// Time without data after which the notice is printed.
const NOTICE_DELAY: Duration = Duration::from_secs(1);

/// Pause before standard input in non-blocking mode is read again.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Returns `true` if standard input is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Returns the text on standard input.
pub(crate) async fn read() -> Result<String, CommandError> {
    read_text("").await
}

/// Returns the text on standard input, which is a prompt: other data can be attached.
pub(crate) async fn read_prompt() -> Result<String, CommandError> {
    read_text(", or send it as a file with --attach -").await
}

/// Returns the text on standard input. `advice` ends the message about data that is not text.
async fn read_text(advice: &str) -> Result<String, CommandError> {
    let too_large = || {
        format!(
            "standard input is larger than the limit of {} MiB",
            MAX_BYTES >> 20
        )
    };
    let bytes = read_bytes(MAX_BYTES, too_large).await?;
    encoding::decode(&bytes).map_err(|error| {
        let advice = match error {
            DecodeError::Invalid(..) => advice,
            DecodeError::Unmarked(_) | DecodeError::Utf32 => "",
        };
        CommandError::usage(format!("standard input {error}{advice}"))
    })
}

/// Returns the bytes on standard input, at most `max_bytes`.
pub(crate) async fn read_bytes(
    max_bytes: usize,
    too_large: impl FnOnce() -> String,
) -> Result<Vec<u8>, CommandError> {
    let (send, mut chunks) = mpsc::channel(4);
    // On its own thread: a read that never returns must not keep the command from ending.
    std::thread::spawn(move || read_chunks(&send));
    let mut bytes = Vec::new();
    let mut noticed = is_terminal();
    loop {
        let chunk = if noticed {
            chunks.recv().await
        } else {
            match tokio::time::timeout(NOTICE_DELAY, chunks.recv()).await {
                Ok(chunk) => chunk,
                Err(_) => {
                    noticed = true;
                    terminal::print_notice(
                        "orouter: waiting for the end of standard input; add < /dev/null if nothing is piped",
                    );
                    continue;
                }
            }
        };
        match chunk {
            None => break,
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            Some(Err(error)) => {
                return Err(CommandError::usage(format!(
                    "cannot read standard input: {error}"
                )));
            }
        }
        if bytes.len() > max_bytes {
            return Err(CommandError::usage(too_large()));
        }
    }
    Ok(bytes)
}

fn read_chunks(send: &mpsc::Sender<io::Result<Vec<u8>>>) {
    let mut stdin = io::stdin().lock();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let chunk = match stdin.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => Ok(buffer.get(..length).unwrap_or_default().to_vec()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(POLL_INTERVAL);
                continue;
            }
            Err(error) => Err(error),
        };
        let failed = chunk.is_err();
        if send.blocking_send(chunk).is_err() || failed {
            return;
        }
    }
}
