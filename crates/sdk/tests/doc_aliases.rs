//! The documentation's search finds our items by the names of the TypeScript SDK.
//!
//! The test reads the source, because the format of rustdoc's index is not stable.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{collections::BTreeSet, fs, path::Path};

/// Public modules. All others are private; their types are shown at the crate's root, where rustdoc
/// ignores the aliases inside the module.
const PUBLIC: [&str; 6] = [
    "blocking",
    "funcs",
    "lib",
    "middleware",
    "models",
    "transport",
];

/// Names on the method's reference page, and of the classes and options that it links.
const NAMES: &str = "
    OpenRouter OpenRouterCore RequestOptions RetryConfig OpenResponsesRequest OpenResponsesResult
    CreateResponsesResponse createResponses betaResponsesSend responsesSend apiKey fetchOptions
    RequestInit retries retryCodes timeoutMs serverURL signal AbortController
    BackoffStrategy initialInterval maxInterval exponent maxElapsedTime retryConnectionErrors
    httpReferer appTitle appCategories userAgent httpClient hooks debugLogger retryConfig EventStream
    BadRequestResponseError UnauthorizedResponseError PaymentRequiredResponseError
    ForbiddenResponseError NotFoundResponseError RequestTimeoutResponseError
    PayloadTooLargeResponseError UnprocessableEntityResponseError TooManyRequestsResponseError
    InternalServerResponseError BadGatewayResponseError ServiceUnavailableResponseError
    EdgeNetworkTimeoutResponseError ProviderOverloadedResponseError OpenRouterDefaultError
    OpenRouterError HTTPClientError ConnectionError RequestTimeoutError RequestAbortedError
    InvalidRequestError UnexpectedClientError SDKValidationError ResponseValidationError
    statusCode headers body message contentType rawResponse userId openrouterMetadata
";

#[test]
fn every_name_of_the_reference_is_found() {
    let mut found = BTreeSet::new();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Types of the HTTP crate have their pages in this crate's documentation.
    for sources in ["src", "../http/src"] {
        let sources = package.join(sources);
        read(&sources, &sources, &mut found);
    }
    let missing: Vec<_> = NAMES
        .split_whitespace()
        .filter(|name| !found.contains(*name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Adds the names and aliases that rustdoc's search knows, from all files below `folder`.
fn read(sources: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(sources, &path, found);
            continue;
        }
        let inside = path.strip_prefix(sources).unwrap().with_extension("");
        let module = inside.iter().next().unwrap().to_str().unwrap();
        for line in fs::read_to_string(&path).unwrap().lines() {
            if let Some((_, alias)) = line.split_once("alias = \"") {
                let of_a_type = !line.starts_with(' ');
                assert!(
                    !of_a_type || PUBLIC.contains(&module),
                    "{}: {line} is not found; it belongs to the re-export in lib.rs",
                    path.display()
                );
                found.insert(alias.split('"').next().unwrap().to_owned());
            }
            let words: Vec<_> = line
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .collect();
            for pair in words.windows(2) {
                if matches!(pair[0], "struct" | "enum" | "trait" | "fn") && line.contains("pub ") {
                    found.insert(pair[1].to_owned());
                }
            }
        }
    }
}
