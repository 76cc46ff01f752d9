//! Maximum sizes of calls and streams, because callers move them into their own futures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{Call, Meta, ModelList, RequestOptions, Response, ResponseStream, SendOutput};

#[test]
fn what_callers_hold_is_small() {
    assert!(size_of::<Call<Response>>() <= 24);
    assert!(size_of::<Call<ResponseStream>>() <= 24);
    assert!(size_of::<Call<SendOutput>>() <= 24);
    assert!(size_of::<Call<(ModelList, Meta)>>() <= 24);
    assert!(size_of::<Meta>() <= 8);
    assert!(
        size_of::<RequestOptions>() <= 512,
        "{}",
        size_of::<RequestOptions>()
    );
    assert!(
        size_of::<ResponseStream>() <= 4096,
        "{}",
        size_of::<ResponseStream>()
    );
}
