//! Files that are not a model, or not a complete one, are refused with the reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::path::Path;

use orouter_local::weights::{SIZE, WeightsError, WeightsOptions, ensure};
use orouter_local::{Engine, EngineOptions, LoadError};
use support::weights;

fn load(path: &Path) -> LoadError {
    Engine::load(path, EngineOptions::new()).unwrap_err()
}

#[test]
fn other_files_than_gguf_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.gguf");
    let error = load(&path);
    assert!(matches!(error, LoadError::Read { .. }), "{error:?}");
    assert!(error.to_string().contains("model.gguf"), "{error}");
    assert!(matches!(load(directory.path()), LoadError::Read { .. }));

    for bytes in [
        &b"PK\x03\x04"[..],
        b"hello",
        &[0; 4096],
        b"GGML then something",
    ] {
        fs::write(&path, bytes).unwrap();
        assert!(
            matches!(load(&path), LoadError::NotGguf { .. }),
            "{:?}",
            load(&path)
        );
    }
    for bytes in [
        &b""[..],
        b"GG",
        b"GGUF",
        b"GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0",
    ] {
        fs::write(&path, bytes).unwrap();
        assert!(
            matches!(load(&path), LoadError::Truncated { .. }),
            "{:?}",
            load(&path)
        );
    }
    let mut empty = b"GGUF\x03\0\0\0".to_vec();
    empty.extend([0; 16]);
    fs::write(&path, &empty).unwrap();
    assert!(matches!(load(&path), LoadError::Unsupported { .. }));
    empty[4] = 99;
    fs::write(&path, &empty).unwrap();
    assert!(load(&path).to_string().contains("version 99"));
}

#[test]
fn a_truncated_model_is_refused() {
    let Some(whole) = weights() else { return };
    let bytes = fs::read(whole).unwrap();
    assert_eq!(bytes.len() as u64, SIZE);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.gguf");
    for len in [1000, 1_000_000, 1_785_664, 5_000_000, bytes.len() - 1] {
        fs::write(&path, &bytes[..len]).unwrap();
        let error = load(&path);
        assert!(
            matches!(error, LoadError::Truncated { .. }),
            "{len}: {error:?}"
        );
        assert!(
            error.to_string().contains("download the model again"),
            "{error}"
        );

        // `ensure` refuses it too, if its path is named.
        let named = ensure(&WeightsOptions::new().model_path(&path), &mut |_| {});
        assert!(
            matches!(named, Err(WeightsError::Truncated { found, .. }) if found == len as u64),
            "{named:?}"
        );
    }
}

#[test]
fn a_model_with_a_changed_byte_has_the_wrong_hash() {
    let Some(whole) = weights() else { return };
    let mut bytes = fs::read(whole).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.gguf");
    fs::write(&path, &bytes).unwrap();
    let named = ensure(&WeightsOptions::new().model_path(&path), &mut |_| {});
    assert!(
        matches!(named, Err(WeightsError::WrongHash { .. })),
        "{named:?}"
    );
}

#[test]
fn the_error_names_another_architecture() {
    let Some(whole) = weights() else { return };
    let mut bytes = fs::read(whole).unwrap();
    let at = bytes
        .windows(5)
        .position(|bytes| bytes == b"llama")
        .unwrap();
    // The first occurrence is the value of general.architecture.
    bytes[at..at + 5].copy_from_slice(b"gemma");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.gguf");
    fs::write(&path, &bytes).unwrap();
    let error = load(&path);
    assert!(matches!(error, LoadError::Unsupported { .. }), "{error:?}");
    assert!(error.to_string().contains("gemma"), "{error}");
}
