//! Names of endpoints in a request's `provider` preferences.

use crate::catalog::{DEFAULT_TIER, Endpoint};

/// Returns `true` if one of the names means this endpoint.
pub(super) fn names(list: &[String], endpoint: &Endpoint) -> bool {
    list.iter().any(|name| means(name, endpoint))
}

/// Returns `true` if a name means this endpoint. A base slug (`google-vertex`) means all of a
/// provider's endpoints except for those of service tiers, a full one (`google-vertex/us-east5`)
/// only one. Display names (`Google Vertex`) mean the slug that they spell.
pub(super) fn means(name: &str, endpoint: &Endpoint) -> bool {
    matches(name, &endpoint.slug, endpoint.tier == DEFAULT_TIER)
}

/// `default_tier`: the base slug means the endpoint too.
fn matches(name: &str, slug: &str, default_tier: bool) -> bool {
    let plain = |text: &str| {
        text.trim()
            .to_ascii_lowercase()
            .replace([' ', '_', '.'], "-")
    };
    let (name, slug) = (plain(name), plain(slug));
    match slug.strip_prefix(name.as_str()) {
        Some("") => true,
        Some(rest) => default_tier && rest.starts_with('/') && !name.contains('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn base_slugs_mean_all_endpoints_and_full_ones_one() {
        for (name, slug, is) in [
            ("local", "local", true),
            ("LOCAL", "local", true),
            ("Google Vertex", "google-vertex/us-east5", true),
            ("google-vertex", "google-vertex/us-east5", true),
            ("google-vertex/us-east5", "google-vertex/us-east5", true),
            (
                "google-vertex/us-east5",
                "google-vertex/us-east5/flex",
                false,
            ),
            ("google-vertex/eu", "google-vertex/us-east5", false),
            ("google", "google-vertex", false),
            ("google-vertex/us-east5", "google-vertex", false),
            ("", "local", false),
            ("Z.AI", "z-ai", true),
        ] {
            assert_eq!(matches(name, slug, true), is, "{name} {slug}");
        }
    }

    #[test]
    fn only_full_slugs_mean_endpoints_of_service_tiers() {
        assert!(matches("openai/flex", "openai/flex", false));
        assert!(!matches("openai", "openai/flex", false));
    }
}
