//! Checks the format, the size and the hash of a file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::WeightsError;
use super::file::ModelFile;

/// The first bytes of every GGUF file.
const MAGIC: &[u8] = b"GGUF";

/// Checks that the file at `path` is complete and has the expected hash.
pub(super) fn verify(path: &Path, expected: ModelFile) -> Result<(), WeightsError> {
    let read = |source| WeightsError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(read)?;
    let found = file.metadata().map_err(read)?.len();

    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut first = true;
    loop {
        let len = file.read(&mut buffer).map_err(read)?;
        let bytes = buffer.get(..len).unwrap_or_default();
        if first && !bytes.starts_with(MAGIC) && !(MAGIC.starts_with(bytes)) {
            return Err(WeightsError::NotGguf {
                path: path.to_owned(),
            });
        }
        first = false;
        if found < expected.size {
            let expected = expected.size;
            return Err(WeightsError::Truncated {
                path: path.to_owned(),
                found,
                expected,
            });
        }
        if len == 0 {
            break;
        }
        hash.update(bytes);
    }
    let found = hex(&hash.finalize());
    if found == expected.sha256 {
        Ok(())
    } else {
        Err(WeightsError::WrongHash {
            path: path.to_owned(),
            found,
        })
    }
}

/// Formats bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
