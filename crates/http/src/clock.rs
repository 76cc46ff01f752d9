//! The trait `Clock`, the source of all time in this crate.

use std::time::{Duration, SystemTime};

use crate::{
    send::{BoxFuture, MaybeSendSync},
    timestamp::Timestamp,
};

/// The source of time: deadlines, waits before retries, and dates in headers.
///
/// `TokioClock` (feature `reqwest`) is the default of the SDK. Implement the trait to
/// run on another runtime, or in tests, so that a minute of waiting passes at once.
pub trait Clock: MaybeSendSync + 'static {
    /// Returns the present. Successive values never decrease.
    fn now(&self) -> Timestamp;

    /// Returns the calendar's date and time, to which dates such as `Retry-After`'s are compared.
    fn system_time(&self) -> SystemTime;

    /// Returns a future that completes once `duration` has passed. Dropping it cancels the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}
