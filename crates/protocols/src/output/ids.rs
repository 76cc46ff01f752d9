//! Ids of items and calls for which the upstream has none.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Returns a new id with this prefix, such as `msg_`. Ids do not repeat within the process, nor, with
/// a probability near 1, in another one.
pub(crate) fn mint(prefix: &str) -> String {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let process = PROCESS.get_or_init(|| RandomState::new().hash_one("orouter"));
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}{process:016x}{number:010x}")
}
