//! The embedded model for tests: there, or a reason to skip.

use std::sync::OnceLock;

use super::{orouter, run};

/// Whether the embedded model can be used, fetching it if need be. When it cannot, says so in a
/// line that begins with `skipped:`, and the test should return.
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
                "skipped: the embedded model is not to be had: {}",
                why.trim().replace('\n', "; ")
            );
            false
        }
    }
}
