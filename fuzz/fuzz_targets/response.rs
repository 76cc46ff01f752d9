//! See `orouter_fuzz::response`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| orouter_fuzz::response(data));
