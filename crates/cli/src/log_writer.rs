//! A bounded queue of log lines and the thread that writes them: a reader that stalls, a full disk
//! or a closed pipe loses log lines and stops nothing else.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// Maximum number of lines that wait to be written.
const QUEUE: usize = 4096;

/// Minimum time between two reports of dropped lines.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Pause before writing again to an output that is not ready.
const RETRY_PAUSE: Duration = Duration::from_millis(10);

/// Hands lines to the thread that writes them. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct LogWriter {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Message {
    Line(Vec<u8>),
    /// Reply once all earlier lines are written.
    Flush(Sender<()>),
}

impl LogWriter {
    /// Starts a thread that writes lines to `output`.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(crate) fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, lines) = sync_channel(QUEUE);
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

    /// Number of lines that were not written.
    pub(crate) fn dropped(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.dropped)
    }

    /// Waits until the lines so far are written, for `limit` at most.
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
    /// Queues one line, or drops and counts it. Never fails and never blocks.
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

/// Writes lines until all senders are gone, and reports dropped ones once writing works.
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
            // Queued like other lines, so that it has their form. It may be dropped like them; the
            // next report has the total, too.
            tracing::warn!(dropped = total - reported, total, "log lines were dropped");
            reported = total;
        }
    }
}

struct Output<W> {
    inner: W,
    /// True if the last line was written in part.
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

    /// Writes all of it, waiting where a non-blocking output is not ready.
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

    /// An output that fails, or takes three bytes at a time.
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
    fn an_output_that_blocks_fills_the_queue_and_nothing_else() {
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
        for _ in 0..QUEUE + 10 {
            (&writer).write_all(b"line\n").unwrap();
        }
        // One line may be in the thread's hands.
        let dropped = writer.dropped().load(Ordering::SeqCst);
        assert!((9..=10).contains(&dropped), "{dropped}");
        drop(release);
        writer.flush(Duration::from_secs(60));
    }
}
