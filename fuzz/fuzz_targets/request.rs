//! See `orouter_fuzz::request`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| orouter_fuzz::request(data));
