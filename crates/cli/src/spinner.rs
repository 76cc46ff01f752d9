//! A spinner on standard error while the command waits for a response.
//!
//! It is drawn only on a terminal that can erase a line. The cursor stays visible, so that a command
//! that is killed leaves the terminal as it was.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::terminal;

/// Time before the spinner appears: fast responses do not flicker.
const DELAY: Duration = Duration::from_millis(300);

/// Interval between two pictures.
const INTERVAL: Duration = Duration::from_millis(100);

const PICTURES: [char; 4] = ['|', '/', '-', '\\'];

/// Erases the line of the cursor.
const ERASE: &str = "\r\x1b[K";

/// A spinner that runs until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Spinner {
    line: Line,
    /// `None` if the spinner is not drawn.
    task: Option<JoinHandle<()>>,
}

/// The line of the spinner, shared with the code that prints notices above it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    drawn: bool,
    stopped: bool,
}

impl Spinner {
    /// Starts a spinner.
    pub(crate) fn start() -> Self {
        let line = Line::default();
        Self {
            task: terminal::erases().then(|| tokio::spawn(draw(line.clone()))),
            line,
        }
    }

    /// Returns the line.
    pub(crate) fn line(&self) -> Line {
        self.line.clone()
    }

    /// Erases the spinner. Does nothing after the first call.
    pub(crate) fn stop(&mut self) {
        if let Some(task) = self.task.take() {
            self.line.with(|state| {
                state.stopped = true;
                state.erase();
            });
            task.abort();
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Line {
    /// Prints a notice in place of the spinner, which is drawn again below it.
    pub(crate) fn print_notice(&self, text: &str) {
        self.with(|state| {
            state.erase();
            terminal::print_notice(text);
        });
    }

    /// Runs `change` while the spinner is not drawn by its task.
    fn with(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl State {
    fn erase(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(io::stderr(), "{ERASE}");
        }
    }

    fn draw(&mut self, picture: char, waited: Duration) {
        if self.stopped {
            return;
        }
        self.drawn = true;
        let text = format!("{picture} waiting {} s", waited.as_secs());
        let _ = write!(io::stderr(), "{ERASE}{}", terminal::dim(&text));
    }
}

async fn draw(line: Line) {
    let started = Instant::now();
    tokio::time::sleep(DELAY).await;
    let mut pictures = PICTURES.iter().cycle();
    loop {
        let picture = pictures.next().copied().unwrap_or_default();
        line.with(|state| state.draw(picture, started.elapsed()));
        tokio::time::sleep(INTERVAL).await;
    }
}
