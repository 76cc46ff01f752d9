//! See `orouter_fuzz::event`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| orouter_fuzz::event(data));
