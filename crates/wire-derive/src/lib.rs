//! #[derive(Wire)]: lossless, tolerant, fast JSON for the types of orouter-wire.
