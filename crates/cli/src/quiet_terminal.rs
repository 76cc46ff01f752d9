//! Mode of the terminal outside the line editor: typed text is not echoed into a response, and waits
//! in the terminal for the next prompt.

#[cfg(unix)]
mod system {
    use std::io::{self, Write as _};

    use rustix::process;
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Marks pastes, so that one of several lines is one message at the next prompt.
    const MARK_PASTES: &str = "\x1b[?2004h";
    const DO_NOT_MARK_PASTES: &str = "\x1b[?2004l";

    /// The quiet mode of the terminal on standard input. Dropping the value restores the mode that
    /// the terminal had before, whatever the line editor did in between.
    #[derive(Debug)]
    pub(crate) struct Quiet {
        before: Termios,
        /// SIGCONT. `None` if it cannot be received.
        resumed: Option<Signal>,
    }

    impl Quiet {
        /// Makes the terminal quiet. Returns `None` if it has no such mode.
        pub(crate) fn new() -> Option<Self> {
            let before = tcgetattr(io::stdin()).ok()?;
            let resumed = SignalKind::from_raw(process::Signal::CONT.as_raw());
            let quiet = Self {
                before,
                resumed: signal(resumed).ok(),
            };
            quiet.enter();
            Some(quiet)
        }

        /// Makes the terminal quiet again. Needed after the line editor, which does not mark pastes at
        /// its end, and restores the mode of a shell in which it was resumed.
        pub(crate) fn enter(&self) {
            let mut quiet = self.before.clone();
            // Enter stays a carriage return, as the line editor expects it.
            quiet.input_modes &= !(InputModes::ICRNL | InputModes::INLCR);
            quiet.local_modes &= !(LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN);
            // Ctrl-C does not discard what was typed before it.
            quiet.local_modes |= LocalModes::ISIG | LocalModes::NOFLSH;
            quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
            quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
            set(&quiet);
            write(MARK_PASTES);
        }

        /// Makes the terminal quiet whenever the command continues after a stop, because a shell
        /// changes the mode meanwhile. Never ends.
        pub(crate) async fn keep(&mut self) -> std::convert::Infallible {
            while let Some(resumed) = &mut self.resumed {
                if resumed.recv().await.is_none() {
                    break;
                }
                self.enter();
            }
            std::future::pending().await
        }
    }

    impl Drop for Quiet {
        fn drop(&mut self) {
            set(&self.before);
            write(DO_NOT_MARK_PASTES);
        }
    }

    fn set(attributes: &Termios) {
        // At once: waiting for the output would block while Ctrl-S holds it.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, attributes);
    }

    fn write(sequence: &str) {
        let mut out = io::stdout();
        let _ = out.write_all(sequence.as_bytes());
        let _ = out.flush();
    }
}

#[cfg(not(unix))]
mod system {
    /// Other systems keep typed text without a change of the mode.
    #[derive(Debug)]
    pub(crate) struct Quiet;

    impl Quiet {
        pub(crate) fn new() -> Option<Self> {
            None
        }

        pub(crate) fn enter(&self) {}

        pub(crate) async fn keep(&mut self) -> std::convert::Infallible {
            std::future::pending().await
        }
    }
}

pub(crate) use system::Quiet;
