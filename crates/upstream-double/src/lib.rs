#![doc = include_str!("../README.md")]
//!
//! ```
//! use orouter_upstream_double::{Upstream, Vendor};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let upstream = Upstream::start(|request| Vendor::Chat.reply(request, "Hello")).await?;
//! assert!(upstream.base_url().ends_with("/v1"));
//! assert_eq!(upstream.received().len(), 0);
//! # Ok(())
//! # }
//! ```

mod fault;
mod recording;
mod reply;
mod server;
mod vendor;

pub use fault::Fault;
pub use recording::frames;
pub use reply::{Gate, Reply, Step};
pub use server::{Received, Upstream};
pub use vendor::Vendor;
