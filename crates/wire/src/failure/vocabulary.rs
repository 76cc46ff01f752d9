//! The words that services use for failures: one table for SDK and server.
//!
//! Sources: OpenRouter's `error_type` and `availability.code`, the codes and types of OpenAI,
//! Azure, Anthropic, Google (gRPC statuses and `ErrorInfo` reasons), AWS Bedrock, xAI (which sends
//! the descriptions of gRPC statuses), Mistral, DeepSeek, Groq, Cerebras, Together, Moonshot,
//! Alibaba, Volcengine, llama.cpp and the Codex backend.

use super::class::FailureClass::{self, *};

/// Longest code or type that is looked up, in bytes.
const LONGEST_WORD: usize = 100;

/// The meaning of a word or a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) class: FailureClass,
    /// The HTTP status of the same failure.
    pub(super) status: u16,
    /// `true` if services also send the word for failures of other classes.
    pub(super) general: bool,
}

type Row = (FailureClass, u16, &'static [&'static str]);

/// Words that name a cause. A final `_error` or `_exception` is optional.
#[rustfmt::skip]
const SPECIFIC: &[Row] = &[
    (RateLimit, 429, &[
        "rate_limit_exceeded", "rate_limit_reached", "rate_limit", "rate_limited", "rate_exceeded",
        "too_many_requests", "requests", "tokens", "input_tokens", "output_tokens", "images",
        "input_images", "tokens_per_min", "requests_per_min", "tokens_usage_based",
        "resource_exhausted", "Some resource has been exhausted",
        "throttling", "throttled", "request_throttled", "request_limit_exceeded",
        "user_rate_limit_exceeded", "concurrency_limit_exceeded", "concurrent_requests_exceeded",
        "too_many_concurrent_requests", "request_quota_exceeded", "token_quota_exceeded",
        "resources_exhausted", "limit_requests", "limit_burst_rate", "request_burst_too_fast", "set_limit_exceeded",
        "dynamic_request_limited", "dynamic_token_limited", "tpm_exceeded", "rpm_exceeded",
    ]),
    (Overloaded, 529, &["overloaded", "provider_is_overloaded"]),
    (Overloaded, 503, &[
        "provider_overloaded", "server_is_overloaded", "server_overloaded", "service_overloaded",
        "engine_overloaded", "engine_is_overloaded", "engine_currently_overloaded",
        "model_overloaded", "model_is_overloaded", "system_overloaded", "slow_down",
        "over_capacity", "at_capacity", "capacity_exceeded", "model_at_capacity",
        "model_capacity_exhausted", "no_capacity", "insufficient_capacity", "server_busy",
        "service_busy", "system_busy", "engine_busy", "model_busy", "too_busy", "queue_full",
        "insufficient_system_resource",
    ]),
    (Overloaded, 429, &[
        "capacity_exhausted", "resource_unavailable", "service_tier_capacity_exceeded",
        "queue_exceeded",
    ]),
    (Unavailable, 503, &[
        "service_unavailable", "unavailable", "temporarily_unavailable", "temporary_unavailable",
        "service_temporarily_unavailable", "server_unavailable", "backend_unavailable",
        "model_temporarily_unavailable", "model_loading", "model_is_loading",
        "cancelled", "aborted", "The operation was cancelled",
        "no_healthy_upstream", "maintenance", "under_maintenance", "try_again_later",
        "The service is currently unavailable",
    ]),
    (Unavailable, 502, &[
        "provider_unavailable", "bad_gateway", "upstream", "upstream_unavailable",
        "upstream_failure", "provider", "connection", "api_connection", "network",
    ]),
    (Unavailable, 429, &["model_not_ready"]),
    (Server, 500, &["vector_store_timeout", "model_stream", "model_stream_failure"]),
    (Timeout, 504, &[
        "timeout", "timed_out", "gateway_timeout", "deadline_exceeded", "upstream_timeout",
        "provider_timeout", "api_timeout", "connection_timeout", "read_timeout", "idle_timeout",
        "operation_timeout", "inference_timeout",
        "Deadline expired before operation could complete",
    ]),
    (Timeout, 408, &["request_timeout", "request_timed_out", "model_timeout"]),
    (Timeout, 524, &["edge_network_timeout"]),
    (Quota, 429, &[
        "insufficient_quota", "usage_limit_reached", "usage_limit_exceeded", "usage_limit",
        "usage_not_included", "exceeded_current_quota", "quota_exceeded", "quota_exhausted",
        "exceeded_quota", "service_quota_exceeded", "daily_limit_exceeded", "monthly_limit_reached",
        "monthly_limit_exceeded", "free_quota_exhausted", "plan_limit_reached",
        "quota_limit_reached", "quota_limit_exceeded", "weekly_limit_reached", "daily_limit_reached",
        "workspace_owner_usage_limit_reached", "workspace_member_usage_limit_reached",
        "workspace_owner_credits_depleted", "workspace_member_credits_depleted",
    ]),
    (Quota, 402, &[
        "payment_required", "billing", "billing_hard_limit_reached", "billing_soft_limit_reached",
        "billing_limit_reached", "billing_not_active", "billing_disabled", "hard_limit_reached",
        "spending_limit_reached", "spending_limit_exceeded", "spend_limit_reached",
        "spend_limit_exceeded", "budget_exceeded", "budget_limit_reached", "insufficient_balance",
        "insufficient_funds", "insufficient_credits", "insufficient_credit",
        "insufficient_user_quota", "insufficient_g1_credits_balance", "credit_balance_too_low",
        "credit_limit_reached", "credit_limit_exceeded", "credits_exhausted", "credits_depleted",
        "no_credits", "out_of_credits", "balance_not_enough", "account_overdue", "arrearage",
        "key_limit_exceeded", "personal-team-blocked:spending-limit",
    ]),
    (Authentication, 401, &[
        "authentication", "authentication_failed", "authentication_required", "auth",
        "invalid_authentication", "invalid_api_key", "incorrect_api_key", "wrong_api_key",
        "api_key_invalid", "api_key_expired", "expired_api_key", "api_key_disabled",
        "api_key_not_found", "missing_api_key", "no_api_key", "unauthorized", "unauthenticated",
        "invalid_token", "token_invalid", "token_expired", "expired_token", "token_revoked",
        "token_invalidated", "unrecognized_client", "missing_authentication_token",
        "invalid_signature", "invalid_credentials", "account_deactivated",
        "The request does not have valid authentication credentials",
    ]),
    (Permission, 403, &[
        "permission_denied", "permission", "insufficient_permissions",
        "forbidden", "access_denied", "access_terminated", "not_allowed", "not_authorized",
        "account_suspended", "account_disabled", "deactivated_workspace", "model_access_denied", "region_restricted",
        "unsupported_country_region_territory", "ip_not_authorized", "invalid_organization",
        "mismatched_organization", "model_terms_required", "organization_restricted",
        "The caller does not have permission to execute the specified operation",
    ]),
    (NotFound, 404, &[
        "not_found", "model_not_found", "model_not_exist", "model_not_exists",
        "model_does_not_exist", "no_such_model", "unknown_model", "invalid_model",
        "invalid_model_id", "model_not_available", "model_deprecated", "model_decommissioned",
        "model_retired", "model_unavailable_upstream", "no_endpoints", "no_endpoints_found",
        "deployment_not_found", "endpoint_not_found", "resource_not_found", "image_not_found",
        "image_file_not_found", "privacy_restricted", "constraint_filtered", "free_variant_ended",
        "Some requested entity was not found",
    ]),
    (NotFound, 400, &["previous_response_not_found"]),
    (ContextLength, 400, &[
        "context_length_exceeded", "max_tokens_exceeded", "token_limit_exceeded",
        "context_window_exceeded", "model_context_window_exceeded", "context_too_long",
        "exceed_context_size", "context_size_exceeded", "input_too_long", "prompt_too_long",
        "input_tokens_exceeded", "max_input_tokens_exceeded",
    ]),
    (ContentPolicy, 400, &[
        "content_policy_violation", "content_policy", "image_content_policy_violation", "refusal",
        "content_filter", "content_filtered", "responsible_ai_policy_violation", "moderation",
        "moderation_blocked", "safety", "safety_violations", "prohibited_content", "blocklist",
        "recitation", "spii", "cyber_policy", "bio_policy", "misalignment_policy_violation",
        "data_inspection_failed", "sensitive_content_detected", "guardrail_intervened",
        "guardrail_blocked",
    ]),
    (PayloadTooLarge, 413, &[
        "payload_too_large", "request_too_large", "request_entity_too_large", "body_too_large",
        "content_too_large",
    ]),
    (InvalidRequest, 400, &[
        "invalid_prompt", "invalid_value", "invalid_type", "invalid_parameter", "invalid_input",
        "invalid_json", "invalid_function_parameters", "invalid_encrypted_content",
        "unsupported_parameter", "unsupported_value", "unsupported_file", "unsupported_model",
        "model_not_supported", "unknown_parameter", "missing_required_parameter", "string_too_long",
        "string_above_max_length", "array_above_max_length", "integer_below_min_value",
        "integer_above_max_value", "invalid_image", "invalid_image_format", "invalid_image_url",
        "invalid_image_mode", "invalid_base64_image", "image_too_large", "image_too_small",
        "image_parse", "image_download_failed", "failed_to_download_image", "image_file_too_large",
        "unsupported_image_format", "unsupported_image_media_type", "empty_image_file",
        "data_residency_mismatch", "wrong_endpoint", "out_of_range",
        "tool_use_failed", "json_validate_failed", "operation_not_supported",
        "Operation was attempted past the valid range",
    ]),
    (InvalidRequest, 409, &["conflict", "already_exists"]),
    (InvalidRequest, 412, &["precondition_failed"]),
    (InvalidRequest, 415, &["unsupported_media_type"]),
    (InvalidRequest, 422, &["unprocessable", "unprocessable_entity"]),
    (InvalidRequest, 405, &["method_not_allowed"]),
    (InvalidRequest, 501, &[
        "not_implemented", "unimplemented", "Operation is not implemented or not supported",
    ]),
];

/// Words that services send as the type of failures of several classes.
#[rustfmt::skip]
const GENERAL: &[Row] = &[
    (Server, 500, &[
        "server", "internal_server", "internal", "internal_service", "internal_failure",
        "internal_server_failure", "api", "unmapped", "unknown", "unexpected", "data_loss",
        "backend", "processing", "model", "inference", "service", "generation",
        "Unrecoverable data loss or corruption",
    ]),
    (InvalidRequest, 400, &[
        "invalid_request", "bad_request", "invalid_argument", "failed_precondition", "validation",
        "client",
        "Client specified an invalid argument",
    ]),
];

/// Parts of longer words, in the order in which they are looked for: those of causes that a retry
/// cannot resolve come first.
#[rustfmt::skip]
const PARTS: &[Row] = &[
    (Quota, 429, &[
        "insufficientquota", "usagelimit", "quotaexhausted", "currentquota",
    ]),
    (Quota, 402, &[
        "insufficientbalance", "insufficientcredit", "insufficientfund", "spendinglimit",
        "spendlimit", "billing", "creditsdepleted", "outofcredit", "budgetexceeded",
    ]),
    (Authentication, 401, &["apikey", "credential", "authentication", "unauthorized"]),
    (Permission, 403, &["permission", "forbidden", "accessdenied"]),
    (NotFound, 404, &["notfound", "doesnotexist"]),
    (ContextLength, 400, &["contextlength", "contextwindow", "contextsize"]),
    (ContentPolicy, 400, &["contentpolicy", "contentfilter", "moderation", "policyviolation"]),
    (InvalidRequest, 400, &["invalid", "unsupported", "missing", "malformed"]),
    (RateLimit, 429, &["ratelimit", "toomanyrequests", "throttl"]),
    (Quota, 429, &["quotaexceeded"]),
    (Overloaded, 503, &["overload"]),
    (Unavailable, 503, &["temporarilyunavailable", "serviceunavailable", "serverunavailable"]),
    (Timeout, 504, &["timeout", "timedout"]),
];

/// Returns the meaning of a word, or of the status that it is in digits.
pub(super) fn find(word: &str) -> Option<Entry> {
    // AWS writes `namespace#Name` and `Name:documentation`.
    let word = word.trim();
    let word = word.rsplit_once('#').map_or(word, |(_, name)| name);
    if word.is_empty() || word.len() > LONGEST_WORD {
        return None;
    }
    if let Some(status) = status_in(word) {
        return find_status(status);
    }
    let plain = plain(word);
    // `ModelStreamErrorException` has two endings.
    let stem = |word: &str| {
        let stem = ["error", "exception", "err"]
            .into_iter()
            .find_map(|suffix| word.strip_suffix(suffix))?;
        (!stem.is_empty()).then(|| stem.to_owned())
    };
    let listed = |word: &str| {
        let among =
            |rows, general| named(rows, word).map(|(class, status)| entry(class, status, general));
        among(SPECIFIC, false).or_else(|| among(GENERAL, true))
    };
    std::iter::successors(Some(plain.clone()), |word| stem(word))
        .find_map(|word| listed(&word))
        // Alibaba and Volcengine write `Throttling.RateQuota`, AWS `Name:documentation`.
        .or_else(|| find(word.split_once(['.', ':'])?.0).filter(|_| !word.contains(' ')))
        .or_else(|| {
            let (class, status, _) = PARTS
                .iter()
                .find(|(_, _, parts)| parts.iter().any(|part| plain.contains(part)))?;
            // An "invalid" response of a provider is no fault of the request.
            Some(entry(*class, *status, *class == InvalidRequest))
        })
}

/// Returns the meaning of an HTTP status from 400 to 599.
pub(super) fn find_status(status: u16) -> Option<Entry> {
    let (class, general) = match status {
        401 | 407 => (Authentication, false),
        402 => (Quota, false),
        403 => (Permission, false),
        404 | 410 => (NotFound, false),
        408 | 504 | 522 | 524 => (Timeout, false),
        413 => (PayloadTooLarge, false),
        429 => (RateLimit, false),
        529 => (Overloaded, false),
        502 | 503 | 520 | 521 | 523 | 530 => (Unavailable, true),
        400..=499 => (InvalidRequest, true),
        500..=599 => (Server, true),
        _ => return None,
    };
    Some(entry(class, status, general))
}

fn entry(class: FailureClass, status: u16, general: bool) -> Entry {
    Entry {
        class,
        status,
        general,
    }
}

/// The status that a word is in digits, alone or before its reason: `429`, `429 Too Many Requests`.
pub(super) fn status_in(word: &str) -> Option<u16> {
    let digits = word.get(..3)?;
    let alone = !word
        .get(3..)?
        .starts_with(|c: char| c.is_ascii_alphanumeric());
    let status = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())??;
    (alone && (400..600).contains(&status)).then_some(status)
}

fn named(rows: &[Row], word: &str) -> Option<(FailureClass, u16)> {
    let (class, status, _) = rows
        .iter()
        .find(|(_, _, words)| words.iter().any(|listed| same(listed, word)))?;
    Some((*class, *status))
}

/// A word without case and separators.
fn plain(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Compares a word of the table with one that is plain.
fn same(listed: &str, plain: &str) -> bool {
    let letters = listed.bytes().filter(u8::is_ascii_alphanumeric);
    letters
        .map(|byte| byte.to_ascii_lowercase())
        .eq(plain.bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let mut seen = HashSet::new();
        for (_, _, words) in SPECIFIC.iter().chain(GENERAL) {
            for word in *words {
                assert!(seen.insert(plain(word)), "{word}");
            }
        }
    }

    #[test]
    fn the_status_of_a_row_has_a_meaning_that_does_not_contradict_its_class() {
        for (class, status, words) in SPECIFIC.iter().chain(GENERAL).chain(PARTS) {
            let found = find_status(*status).unwrap().class;
            let same = found.is_transient() == class.is_transient();
            // Services send 429 for quotas, and 501 for what they do not implement.
            assert!(
                same || matches!((class, status), (Quota, 429) | (InvalidRequest, 501)),
                "{words:?}"
            );
        }
    }
}
