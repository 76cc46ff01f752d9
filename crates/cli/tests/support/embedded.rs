//! The embedded model for tests, which skip if it is not available.

use std::sync::OnceLock;

use super::{orouter, run};

/// Returns `true` if the embedded model is available, and downloads it if necessary. Otherwise prints
/// a line that begins with `skipped:`; the test should return.
pub fn available() -> bool {
    static PULLED: OnceLock<Result<(), String>> = OnceLock::new();
    let pulled = PULLED.get_or_init(|| {
        let ran = run(orouter(["models", "pull"]));
        if ran.status == Some(0) {
            Ok(())
        } else {
            Err(ran.stderr)
        }
    });
    match pulled {
        Ok(()) => true,
        Err(why) => {
            println!(
                "skipped: the embedded model is not available: {}",
                why.trim().replace('\n', "; ")
            );
            false
        }
    }
}
