//! A bounded queue of log lines, and the thread that writes them. A stalled reader, a full disk or a
//! closed pipe loses log lines and does not block the server.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// Maximum number of queued lines.
const QUEUE_LINES: usize = 4096;

/// Minimum time between two reports of dropped lines.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Pause before another write to an output that is not ready.
const RETRY_PAUSE: Duration = Duration::from_millis(10);

/// Sender of lines to the thread that writes them. Clones share the queue.
#[derive(Clone, Debug)]
pub(crate) struct LogWriter {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Message {
    Line(Vec<u8>),
    /// Request to reply after all earlier lines.
    Flush(Sender<()>),
}

impl LogWriter {
    /// Starts a thread that writes lines to `output`.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(crate) fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, lines) = sync_channel(QUEUE_LINES);
        let dropped = Arc::new(AtomicU64::new(0));
        let writer = Self {
            queue,
            dropped: Arc::clone(&dropped),
        };
        std::thread::Builder::new()
            .name("orouter-log".to_owned())
            .spawn(move || write_lines(&lines, output, &dropped))?;
        Ok(writer)
    }

    /// Returns the counter of lines that were not written.
    pub(crate) fn dropped(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.dropped)
    }

    /// Waits until the lines so far are written, at most for `limit`.
    pub(crate) fn flush(&self, limit: Duration) {
        let (done, flushed) = channel();
        let deadline = Instant::now() + limit;
        let mut message = Message::Flush(done);
        while let Err(std::sync::mpsc::TrySendError::Full(refused)) = self.queue.try_send(message) {
            if Instant::now() >= deadline {
                return;
            }
            message = refused;
            std::thread::sleep(RETRY_PAUSE);
        }
        let _ = flushed.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}

impl Write for &LogWriter {
    /// Queues one line, or drops and counts it. Does not fail and does not block.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Message::Line(line.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

/// Writes lines until all senders are dropped, and reports the number of dropped lines when a write
/// succeeds.
fn write_lines(lines: &Receiver<Message>, output: impl Write, dropped: &AtomicU64) {
    let mut output = Output {
        inner: output,
        within_line: false,
    };
    let (mut reported, mut last_report) = (0, None::<Instant>);
    loop {
        let works = match lines.recv_timeout(REPORT_INTERVAL) {
            Ok(Message::Line(line)) => {
                let written = output.line(&line).is_ok();
                if !written {
                    dropped.fetch_add(1, Ordering::Relaxed);
                }
                written
            }
            Ok(Message::Flush(done)) => {
                let _ = done.send(());
                false
            }
            Err(RecvTimeoutError::Timeout) => true,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let total = dropped.load(Ordering::Relaxed);
        if works
            && total > reported
            && last_report.is_none_or(|last| last.elapsed() >= REPORT_INTERVAL)
        {
            last_report = Some(Instant::now());
            // Logged like other lines, for the same format. The report may be dropped too, so it
            // includes the total.
            tracing::warn!(dropped = total - reported, total, "log lines were dropped");
            reported = total;
        }
    }
}

struct Output<W> {
    inner: W,
    /// `true` if the last line is incomplete.
    within_line: bool,
}

impl<W: Write> Output<W> {
    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        if self.within_line {
            self.all(b"\n")?;
            self.within_line = false;
        }
        let written = self.all(line);
        if written.is_ok() {
            self.within_line = false;
        }
        written
    }

    /// Writes all bytes, and waits while a non-blocking output is not ready.
    fn all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.inner.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.within_line = true;
                    bytes = bytes.get(written..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(RETRY_PAUSE);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    use super::*;

    /// An output that fails, or accepts three bytes at a time.
    #[derive(Clone, Default)]
    struct Disk {
        full: Arc<AtomicBool>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut written = self.written.lock().unwrap();
            if self.full.load(Ordering::SeqCst) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let part = &bytes[..bytes.len().min(3)];
            written.extend_from_slice(part);
            Ok(part.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted() {
        let disk = Disk::default();
        let writer = LogWriter::start(disk.clone()).unwrap();
        let long = Duration::from_secs(60);
        let line = |text: &str| (&writer).write_all(text.as_bytes()).unwrap();
        line("one\n");
        writer.flush(long);
        disk.full.store(true, Ordering::SeqCst);
        line("two\n");
        line("three\n");
        writer.flush(long);
        assert_eq!(writer.dropped().load(Ordering::SeqCst), 2);
        disk.full.store(false, Ordering::SeqCst);
        line("four\n");
        writer.flush(long);
        assert_eq!(*disk.written.lock().unwrap(), b"one\nfour\n");
    }

    #[test]
    fn a_blocked_output_drops_lines_and_does_not_block_the_writer() {
        struct Stuck(Receiver<()>);
        impl Write for Stuck {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let _ = self.0.recv();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (release, stuck) = channel();
        let writer = LogWriter::start(Stuck(stuck)).unwrap();
        for _ in 0..QUEUE_LINES + 10 {
            (&writer).write_all(b"line\n").unwrap();
        }
        // The thread may hold one line.
        let dropped = writer.dropped().load(Ordering::SeqCst);
        assert!((9..=10).contains(&dropped), "{dropped}");
        drop(release);
        writer.flush(Duration::from_secs(60));
    }
}
