//! Reads the body of a response with an error status.

use std::{future::poll_fn, pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use orouter_http::{Deadline, Interrupt, StepLimit, TimeoutKind, transport::Body};

/// Maximum size of an error body. The rest is not read.
const MAX_ERROR_BODY_BYTES: usize = 1 << 20;

/// Maximum time for an error body. It is short because the status already tells most.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads up to 1 MiB of an error body, for at most 10 s or the idle timeout, if that is shorter.
///
/// Returns the bytes that arrived, and the reason if an abort or a timeout ended the reading. A broken
/// connection only shortens the body.
pub(super) async fn read_error_body(
    body: &mut Body,
    idle_limit: Option<Duration>,
    deadline: &mut Deadline,
) -> (Bytes, Option<Interrupt>) {
    let time = idle_limit.map_or(ERROR_BODY_TIMEOUT, |idle| idle.min(ERROR_BODY_TIMEOUT));
    let mut read = BytesMut::new();
    let reading = async {
        while read.len() < MAX_ERROR_BODY_BYTES {
            match poll_fn(|cx| body.poll_chunk(cx)).await {
                Some(Ok(chunk)) => {
                    let room = MAX_ERROR_BODY_BYTES - read.len();
                    read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                }
                Some(Err(_)) | None => break,
            }
        }
    };
    let limit = StepLimit::new(TimeoutKind::Idle, time);
    let interrupt = deadline.run(Some(limit), pin!(reading)).await.err();
    (read.freeze(), interrupt)
}
