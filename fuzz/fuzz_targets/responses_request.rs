//! See `orouter_fuzz::responses_request`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| orouter_fuzz::responses_request(data));
