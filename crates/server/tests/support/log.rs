//! The log of a test process, as JSON lines.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

const PAUSE: Duration = Duration::from_millis(5);

/// The log lines of this process, as JSON.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Returns the log of the process, which all tests share.
    pub fn get() -> &'static Self {
        static LINES: OnceLock<Lines> = OnceLock::new();
        LINES.get_or_init(|| {
            let lines = Self::default();
            tracing_subscriber::fmt()
                .json()
                .flatten_event(true)
                .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
                .with_writer(lines.clone())
                .init();
            lines
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Waits for the line of the request with this path.
    pub async fn line(&self, path: &str) -> Value {
        for _ in 0..1000 {
            let text = self.text();
            let mut lines = text
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .filter(|line| line["message"] == "request" && line["path"] == path);
            if let Some(line) = lines.next() {
                assert_eq!(lines.next(), None, "logged twice");
                return line;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("no line for {path} in\n{}", self.text());
    }
}
