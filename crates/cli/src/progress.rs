//! Progress of the download of the embedded model: a bar on a terminal that can erase a line, lines elsewhere.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use orouter_server::engine::weights::Progress;

use crate::terminal;

/// Width of the bar in characters.
const BAR_WIDTH: usize = 32;

/// Minimum interval between two redraws of the bar.
const REDRAW_INTERVAL: Duration = Duration::from_millis(100);

/// Prints the progress of [`orouter_server::engine::weights::ensure`]. Prints nothing if the file is in the
/// cache.
#[derive(Debug)]
pub(crate) struct ProgressBar {
    terminal: bool,
    /// `true` after the first connection.
    connected: bool,
    started: Option<Instant>,
    drawn: Option<Instant>,
}

impl ProgressBar {
    pub(crate) fn new() -> Self {
        Self {
            terminal: terminal::erases(),
            connected: false,
            started: None,
            drawn: None,
        }
    }

    /// Prints one event.
    pub(crate) fn show(&mut self, progress: &Progress) {
        match progress {
            Progress::Waiting => self.say("waiting for another process that downloads the model"),
            Progress::Connecting { source } => {
                self.started = None;
                if std::mem::replace(&mut self.connected, true) {
                    self.say(&format!("trying {source}"));
                } else {
                    self.say(&format!(
                        "downloading the embedded model (98 MB, once) from {source}"
                    ));
                }
            }
            Progress::SourceFailed { source, error } => {
                self.say(&format!("cannot download the model from {source}: {error}"));
            }
            Progress::Damaged { why } => self.say(&format!(
                "the cached model is damaged and will be downloaded again: {why}"
            )),
            Progress::Downloading { done, total } => self.draw(*done, *total),
            Progress::Fetched { .. } => self.clear(),
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        self.clear();
        terminal::print_notice(&format!("orouter: {text}"));
    }

    fn draw(&mut self, done: u64, total: u64) {
        let now = Instant::now();
        let started = *self.started.get_or_insert(now);
        let whole = total == done;
        if !self.terminal || (!whole && self.drawn.is_some_and(|last| now - last < REDRAW_INTERVAL))
        {
            return;
        }
        self.drawn = Some(now);
        let _ = write!(io::stderr(), "\r\x1b[K{}", line(done, total, now - started));
        let _ = io::stderr().flush();
    }

    fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for ProgressBar {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(done: u64, total: u64, elapsed: Duration) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let share = (done as f64 / total.max(1) as f64).min(1.0);
    let filled = (share * BAR_WIDTH as f64) as usize;
    format!(
        "[{}{}] {:3.0}%  {:.0} of {:.0} MB  {:.0} MB/s",
        "#".repeat(filled),
        " ".repeat(BAR_WIDTH - filled),
        share * 100.0,
        megabytes(done),
        megabytes(total),
        megabytes(done) / elapsed.as_secs_f64().max(0.001),
    )
}

#[cfg(test)]
mod tests {
    use super::line;
    use std::time::Duration;

    #[test]
    fn a_bar_never_exceeds_its_width() {
        let second = Duration::from_secs(1);
        assert_eq!(
            line(49_000_000, 98_000_000, second),
            "[################                ]  50%  49 of 98 MB  49 MB/s"
        );
        assert!(line(99, 98, second).contains("100%"));
        assert!(line(1, 0, Duration::ZERO).contains("100%"));
    }
}
