//! The endpoints that a key may use: its lists of models and providers, and prices.

use orouter_store::Key;

use super::caller::Caller;
use super::rules::Rules;
use crate::catalog::Endpoint;
use crate::failure::{Failure, FailureKind};
use crate::planned::Planned;
use crate::quote::quote;

/// Returns the endpoints of a plan that the caller may use.
///
/// # Errors
/// A 403 if the caller may use none of them.
pub(crate) fn restrict(
    mut plan: Vec<Planned>,
    caller: &Caller,
    rules: &Rules,
) -> Result<Vec<Planned>, Failure> {
    let refusal = |planned: &Planned| refusal(&planned.endpoint, caller, rules);
    let first = plan.first().and_then(refusal);
    plan.retain(|planned| refusal(planned).is_none());
    match first {
        Some(refusal) if plan.is_empty() => Err(refusal),
        _ => Ok(plan),
    }
}

/// Returns `true` if the caller may use an endpoint.
pub(crate) fn may_use(endpoint: &Endpoint, caller: &Caller, rules: &Rules) -> bool {
    refusal(endpoint, caller, rules).is_none()
}

/// Returns the reason why a caller may not use an endpoint. Without a key of the store, none is refused.
fn refusal(endpoint: &Endpoint, caller: &Caller, rules: &Rules) -> Option<Failure> {
    let key = &caller.key()?.key;
    let needs_price = caller.is_limited() && !rules.allow_unpriced;
    let model = endpoint.model.id.as_str();
    let provider = endpoint.provider.name();
    let (message, param) = if !allows_model(key, model) {
        let text = format!("this key may not use the model {}", quote(model));
        (text, "model")
    } else if !allows_provider(key, provider) {
        let text = format!(
            "this key may not use the provider {}, which serves {}",
            quote(provider),
            quote(model)
        );
        (text, "provider")
    } else if needs_price && endpoint.price.is_none() {
        let text = format!(
            "the price of {} is not known, and the amount that this key may spend is limited; the \
             operator of the server can set a price, or `server.allow_unpriced`",
            quote(model)
        );
        (text, "model")
    } else {
        return None;
    };
    Some(Failure::new(FailureKind::PermissionDenied, message).param(param))
}

/// Returns `true` if a key may use a model. The list of the key has ids of models, and `author/*` for
/// all models of an author.
fn allows_model(key: &Key, model: &str) -> bool {
    let allows = |allowed: &String| match allowed.strip_suffix('*') {
        Some(start) if start.ends_with('/') => model
            .get(..start.len())
            .is_some_and(|model| model.eq_ignore_ascii_case(start)),
        _ => allowed.eq_ignore_ascii_case(model),
    };
    key.allowed_models
        .as_ref()
        .is_none_or(|list| list.iter().any(allows))
}

fn allows_provider(key: &Key, provider: &str) -> bool {
    key.allowed_providers
        .as_ref()
        .is_none_or(|list| list.iter().any(|name| name.eq_ignore_ascii_case(provider)))
}
