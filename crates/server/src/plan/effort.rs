//! The reasoning effort that a model gets. An effort that a model does not support is a 400, unless
//! the request names only its family.

use orouter_wire::{ReasoningEffort, ResponsesRequest};

use crate::failure::Failure;
use crate::provider::Model;
use crate::quote::{quote, quote_list};

/// The efforts, from the lowest to the highest.
const EFFORTS: [ReasoningEffort; 7] = [
    ReasoningEffort::None,
    ReasoningEffort::Minimal,
    ReasoningEffort::Low,
    ReasoningEffort::Medium,
    ReasoningEffort::High,
    ReasoningEffort::Xhigh,
    ReasoningEffort::Max,
];

/// Maximum number of efforts that a message names.
const NAMED: usize = 7;

/// Returns the effort to send to the model instead of the request's; `None` if the request has none
/// or the model supports it. `latest`: the request names the model as the newest of its family.
///
/// # Errors
/// A 400 if the request names the model itself and the model does not support the effort.
pub(super) fn sent(
    request: &ResponsesRequest,
    model: &Model,
    latest: bool,
) -> Result<Option<ReasoningEffort>, Failure> {
    let asked = request.reasoning.as_ref().and_then(|r| r.effort.as_ref());
    let (Some(asked), Some(supported)) = (asked, &model.supported_efforts) else {
        return Ok(None);
    };
    if supported.contains(asked) {
        return Ok(None);
    }
    if latest && let Some(nearest) = nearest(asked, supported) {
        return Ok(Some(nearest));
    }
    let words: Vec<&str> = supported.iter().map(ReasoningEffort::as_str).collect();
    let supported = match words.is_empty() {
        true => "none".to_owned(),
        false => quote_list(&words, NAMED),
    };
    Err(Failure::invalid(
        "reasoning.effort",
        format!(
            "`reasoning.effort` is `{}`; `{}` supports {supported}",
            quote(asked.as_str()),
            quote(&model.id),
        ),
    ))
}

/// Returns the supported effort that is nearest to `asked`; of two, the lower one.
fn nearest(asked: &ReasoningEffort, supported: &[ReasoningEffort]) -> Option<ReasoningEffort> {
    let rank = |effort: &ReasoningEffort| EFFORTS.iter().position(|known| known == effort);
    let asked = rank(asked)?;
    let ranked = supported
        .iter()
        .filter_map(|effort| Some((rank(effort)?, effort)));
    let nearest = ranked.min_by_key(|(rank, _)| (rank.abs_diff(asked), *rank));
    nearest.map(|(_, effort)| effort.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(effort: &str) -> ResponsesRequest {
        let text = format!(r#"{{"reasoning":{{"effort":{effort}}}}}"#);
        orouter_wire::from_str(&text).unwrap()
    }

    fn model(efforts: &[&str]) -> Model {
        let mut model = Model::new("a/b");
        model.supported_efforts = Some(efforts.iter().map(|word| (*word).into()).collect());
        model
    }

    #[test]
    fn the_name_of_a_family_gets_the_nearest_effort() {
        for (asked, supported, expected) in [
            ("medium", &["low", "medium", "high"][..], None),
            ("xhigh", &["low", "medium", "high"], Some("high")),
            ("max", &["high", "low"], Some("high")),
            ("minimal", &["high", "medium"], Some("medium")),
            ("none", &["high", "low"], Some("low")),
            ("medium", &["high", "low"], Some("low")),
            ("low", &["none", "high"], Some("none")),
            ("minimal", &["none"], Some("none")),
        ] {
            let sent = sent(&request(&format!("\"{asked}\"")), &model(supported), true);
            let sent = sent.unwrap();
            let sent = sent.as_ref().map(ReasoningEffort::as_str);
            assert_eq!(sent, expected, "{asked} {supported:?}");
        }
    }

    #[test]
    fn a_concrete_model_refuses_an_effort_that_it_does_not_support() {
        let failure = sent(&request("\"max\""), &model(&["low", "high"]), false).unwrap_err();
        assert_eq!(failure.param_path(), Some("reasoning.effort"));
        assert!(failure.message().contains("`low` or `high`"), "{failure}");
        assert!(sent(&request("\"low\""), &model(&[]), false).is_err());
        // Nothing to map to.
        assert!(sent(&request("\"low\""), &model(&[]), true).is_err());
    }

    #[test]
    fn requests_without_an_effort_and_models_without_a_list_are_left_alone() {
        let unknown = Model::new("a/b");
        for latest in [false, true] {
            assert_eq!(sent(&request("null"), &model(&["low"]), latest), Ok(None));
            assert_eq!(sent(&request("\"max\""), &unknown, latest), Ok(None));
            let plain = ResponsesRequest::default();
            assert_eq!(sent(&plain, &model(&["low"]), latest), Ok(None));
        }
    }
}
