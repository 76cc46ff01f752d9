//! What must hold for any bytes: the checks that the fuzz targets run, and that the tests run
//! over the corpus.
//!
//! The file is part of two crates: this one, and the test `corpus` of `orouter-wire`.

include!("checks.rs");
