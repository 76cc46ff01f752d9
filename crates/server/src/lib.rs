//! The POST /responses endpoint, self-hosted.
