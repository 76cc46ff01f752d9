//! Panics while a request is served: they end that request as a failure and nothing else.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::failure::{Failure, FailureKind};

/// Runs one step of a request. A panic in it is a failure.
///
/// The caller must not use again what the step was working on, except to drop it.
pub(crate) fn caught<T>(step: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(step)).map_err(|payload| failure(payload.as_ref()))
}

/// Runs a future. A panic in it is a failure.
pub(crate) async fn caught_future<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| match caught(|| future.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(failure) => Poll::Ready(Err(failure)),
    })
    .await
}

/// The failure that a panic causes. Its description has the message only if that is constant: one
/// with values in it may quote a request.
fn failure(payload: &(dyn Any + Send)) -> Failure {
    let detail = match payload.downcast_ref::<&'static str>() {
        Some(message) => format!("panic: {message}"),
        None => "panic".to_owned(),
    };
    Failure::new(FailureKind::Server, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_without_values() {
        assert_eq!(caught(|| 1).unwrap(), 1);
        let failure = caught::<()>(|| panic!("constant")).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Server);
        assert_eq!(failure.detail(), "panic: constant");
        let secret = String::from("prompt");
        let failure = caught::<()>(|| panic!("{secret}")).unwrap_err();
        assert_eq!(failure.detail(), "panic");
    }
}
