//! Catches panics while a request is served. A panic ends that request as a failure.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::failure::{Failure, FailureKind};

/// Runs a part of a request's work. A panic in it is a failure.
///
/// After a panic, the caller may only drop the values that `work` used.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| failure(payload.as_ref()))
}

/// Runs a future. A panic in it is a failure.
pub(crate) async fn catch_future<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| match catch(|| future.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(failure) => Poll::Ready(Err(failure)),
    })
    .await
}

/// Returns the failure of a panic. It has the panic's message only if that is constant: a message
/// with values may quote a request.
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
        assert_eq!(catch(|| 1).unwrap(), 1);
        let failure = catch::<()>(|| panic!("constant")).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Server);
        assert_eq!(failure.detail(), "panic: constant");
        let secret = String::from("prompt");
        let failure = catch::<()>(|| panic!("{secret}")).unwrap_err();
        assert_eq!(failure.detail(), "panic");
    }
}
