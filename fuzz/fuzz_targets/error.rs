//! See `orouter_fuzz::error`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| orouter_fuzz::error(data));
