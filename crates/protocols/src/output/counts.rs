//! Counts and amounts of several reports of one usage.

/// Takes the other count if this one is missing or 0.
pub(crate) fn fill_count(count: &mut Option<u64>, other: Option<u64>) {
    if count.unwrap_or(0) == 0 {
        *count = other.or(*count);
    }
}

/// Takes the other amount if this one is missing or 0.
pub(crate) fn fill_amount(amount: &mut Option<f64>, other: Option<f64>) {
    if amount.unwrap_or(0.0) == 0.0 {
        *amount = other.or(*amount);
    }
}
