//! Words for causes, and the statuses that they stand for.

/// The status that belongs to an `error_type`, or to a word in `code`.
///
/// Source: OpenRouter's guide on errors; for the `.._error` those of OpenAI and Anthropic.
pub(super) fn status_of_cause(cause: &str) -> Option<u16> {
    Some(match cause {
        "context_length_exceeded"
        | "max_tokens_exceeded"
        | "token_limit_exceeded"
        | "string_too_long"
        | "invalid_request"
        | "invalid_prompt"
        | "content_policy_violation"
        | "image_content_policy_violation"
        | "refusal"
        | "invalid_image"
        | "image_too_large"
        | "image_too_small"
        | "unsupported_image_format"
        | "image_download_failed"
        | "invalid_request_error" => 400,
        "authentication" | "authentication_error" => 401,
        "payment_required" | "billing_error" => 402,
        "permission_denied" | "permission_error" => 403,
        "not_found" | "image_not_found" | "not_found_error" => 404,
        "precondition_failed" => 412,
        "payload_too_large" | "request_too_large" => 413,
        "unprocessable" => 422,
        "rate_limit_exceeded" | "rate_limit_error" => 429,
        "server" | "server_error" | "api_error" | "unmapped" => 500,
        "provider_unavailable" => 502,
        "provider_overloaded" => 503,
        "overloaded_error" => 529,
        "timeout" | "timeout_error" => 504,
        _ => return None,
    })
}
