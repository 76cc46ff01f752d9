//! `HAS_TLS`: the result of the TLS features.

/// `true` if the transport is built with a TLS library.
pub(in crate::transport) const HAS_TLS: bool =
    cfg!(any(feature = "rustls", feature = "native-tls"));
