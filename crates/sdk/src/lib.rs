//! A client for OpenRouter's Responses API: typed, streaming, with honest errors.
