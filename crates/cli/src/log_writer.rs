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

/// Maximum size of the lines of one write, in bytes.
const BATCH_BYTES: usize = 64 * 1024;

/// Pause after a write. Lines that are queued meanwhile are written together, and their senders do
/// not wake the thread, which would cost them more than the line itself.
const BATCH_PAUSE: Duration = Duration::from_millis(5);

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
        let mut batch = Batch::default();
        let mut flushes = Vec::new();
        match lines.recv_timeout(REPORT_INTERVAL) {
            Ok(message) => {
                let mut next = Some(message);
                while let Some(message) = next.take() {
                    match message {
                        Message::Line(line) => batch.push(&line),
                        Message::Flush(done) => flushes.push(done),
                    }
                    if batch.bytes.len() < BATCH_BYTES {
                        next = lines.try_recv().ok();
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let lost = output.batch(&batch);
        dropped.fetch_add(lost, Ordering::Relaxed);
        let works = lost == 0 && (flushes.is_empty() || !batch.ends.is_empty());
        let pause = !batch.ends.is_empty() && flushes.is_empty();
        for done in flushes {
            let _ = done.send(());
        }
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
        if pause {
            std::thread::sleep(BATCH_PAUSE);
        }
    }
}

/// Lines that are written together.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// The end of each line in `bytes`.
    ends: Vec<usize>,
}

impl Batch {
    fn push(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
    }
}

struct Output<W> {
    inner: W,
    /// `true` if the last line is incomplete.
    within_line: bool,
}

impl<W: Write> Output<W> {
    /// Writes lines. Returns the number of those that were not written completely.
    fn batch(&mut self, batch: &Batch) -> u64 {
        if batch.ends.is_empty() {
            return 0;
        }
        if self.within_line {
            if self.all(b"\n").is_err() {
                return batch.ends.len() as u64;
            }
            self.within_line = false;
        }
        let written = match self.all(&batch.bytes) {
            Ok(()) => batch.bytes.len(),
            Err(written) => written,
        };
        let complete = batch.ends.partition_point(|end| *end <= written);
        let end = complete
            .checked_sub(1)
            .and_then(|last| batch.ends.get(last));
        self.within_line = written > end.copied().unwrap_or_default();
        (batch.ends.len() - complete) as u64
    }

    /// Writes all bytes, and waits while a non-blocking output is not ready.
    ///
    /// # Errors
    /// The number of bytes that were written before the output failed.
    fn all(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            match self.inner.write(rest) {
                Ok(0) => return Err(written),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(RETRY_PAUSE);
                }
                Err(_) => return Err(written),
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
    fn lines_of_one_write_are_counted_each() {
        /// An output with room for some bytes.
        struct Small(Vec<u8>, usize);
        impl Write for Small {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let part = bytes.len().min(self.1);
                if part == 0 {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                self.1 -= part;
                self.0.extend_from_slice(&bytes[..part]);
                Ok(part)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut batch = Batch::default();
        for line in ["one\n", "two\n", "three\n"] {
            batch.push(line.as_bytes());
        }
        let mut output = Output {
            inner: Small(Vec::new(), 6),
            within_line: false,
        };
        assert_eq!(output.batch(&batch), 2);
        assert!(output.within_line);
        output.inner.1 = 100;
        assert_eq!(output.batch(&batch), 0);
        assert!(!output.within_line);
        assert_eq!(output.inner.0, b"one\ntw\none\ntwo\nthree\n");
        output.inner.1 = 4;
        assert_eq!(output.batch(&batch), 2);
        assert!(!output.within_line, "the failure was between two lines");
    }

    #[test]
    fn a_blocked_output_drops_lines_and_does_not_block_the_writer() {
        struct Stuck {
            begun: Sender<()>,
            release: Receiver<()>,
        }
        impl Write for Stuck {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let _ = self.begun.send(());
                let _ = self.release.recv();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (release, stuck) = channel();
        let (begun, writes) = channel();
        let output = Stuck {
            begun,
            release: stuck,
        };
        let writer = LogWriter::start(output).unwrap();
        (&writer).write_all(b"line\n").unwrap();
        writes.recv().unwrap();
        for _ in 0..QUEUE_LINES + 10 {
            (&writer).write_all(b"line\n").unwrap();
        }
        assert_eq!(writer.dropped().load(Ordering::SeqCst), 10);
        drop(release);
        writer.flush(Duration::from_secs(60));
    }
}
