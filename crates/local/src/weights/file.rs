//! The model's file: name, hash and size.

/// Name of the file, in the cache and on the hub.
pub const FILE_NAME: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";

/// SHA-256 of the file, in lower-case hexadecimal digits.
pub const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/// Size of the file in bytes.
pub const SIZE: u64 = 98_362_432;

/// Environment variable with the path of a model file.
pub const MODEL_PATH_VARIABLE: &str = "OROUTER_MODEL_PATH";

/// Identity of a model file. Tests use another one than [`MODEL_FILE`].
#[derive(Clone, Copy, Debug)]
pub(super) struct ModelFile {
    pub(super) name: &'static str,
    pub(super) sha256: &'static str,
    pub(super) size: u64,
}

/// The file of the embedded model.
pub(super) const MODEL_FILE: ModelFile = ModelFile {
    name: FILE_NAME,
    sha256: SHA256,
    size: SIZE,
};
