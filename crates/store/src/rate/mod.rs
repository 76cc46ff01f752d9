//! [`RateLimiter`]: limits of requests and tokens per minute, which the servers on one database share.

mod limiter;
mod window;

pub use limiter::{RateLimited, RateLimiter, RateLimiterOptions, RateStatus};
