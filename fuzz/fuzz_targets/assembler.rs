//! See `orouter_fuzz::assembler`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| orouter_fuzz::assembler(data));
