//! Reads standard input to its end, and tells the user when the command waits for it.

use std::io::{self, ErrorKind, IsTerminal as _, Read as _};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::encoding;
use crate::exit::Failure;
use crate::terminal;

/// Maximum size of standard input. Larger than the context of any model.
const MAX_BYTES: usize = 64 << 20;

/// Time without data after which the user is told what the command waits for.
const SILENCE: Duration = Duration::from_secs(1);

/// Pause before standard input in non-blocking mode is read again.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Returns `true` if standard input is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Returns the text on standard input.
pub(crate) async fn read() -> Result<String, Failure> {
    let (send, mut chunks) = mpsc::channel(4);
    // A thread of its own: a read that never returns must not keep the command from ending.
    std::thread::spawn(move || read_chunks(&send));
    let mut bytes = Vec::new();
    let mut told = is_terminal();
    loop {
        let chunk = if told {
            chunks.recv().await
        } else {
            match tokio::time::timeout(SILENCE, chunks.recv()).await {
                Ok(chunk) => chunk,
                Err(_) => {
                    told = true;
                    terminal::notice(
                        "orouter: waiting for standard input to end; if nothing is piped in, add < /dev/null",
                    );
                    continue;
                }
            }
        };
        match chunk {
            None => break,
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            Some(Err(error)) => {
                return Err(Failure::usage(format!(
                    "cannot read standard input: {error}"
                )));
            }
        }
        if bytes.len() > MAX_BYTES {
            return Err(Failure::usage(format!(
                "standard input is larger than {} MiB",
                MAX_BYTES >> 20
            )));
        }
    }
    encoding::decode(&bytes).map_err(|error| Failure::usage(format!("standard input {error}")))
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
