//! Checks that must hold for any bytes. The fuzz targets run them, and the test `corpus` of
//! `orouter-wire` runs them over the inputs in `corpus/`.
//!
//! ```text
//! cd fuzz
//! RUSTC_BOOTSTRAP=1 cargo fuzz run -s none event -- -dict=wire.dict -max_len=4096 -max_total_time=600
//! ```
//!
//! The targets: `sse` (what is decoded does not depend on how the bytes are cut), `event`,
//! `request`, `response` and `error` (reading, writing and reading again gives the same value, and
//! writing the same JSON), `assembler` (any events make a response that can be written and read).

include!("checks.rs");
