//! The templates of all routes, as the router and the metrics name them. A request is counted under
//! the template and not under its path, which a client chooses.

/// The prefixes of the routes of the API.
pub(crate) const PREFIXES: [&str; 2] = ["/api/v1", "/v1"];

/// The routes for clients under each prefix.
pub(crate) const API: [&str; 11] = [
    RESPONSES,
    CHAT_COMPLETIONS,
    "/models",
    "/models/count",
    "/models/user",
    "/models/{*name}",
    "/model/{*name}",
    "/providers",
    "/endpoints/zdr",
    "/key",
    "/generation",
];

/// The routes for management keys under each prefix.
pub(crate) const MANAGEMENT: [&str; 4] = ["/keys", "/keys/{hash}", "/credits", "/activity"];

/// Number of templates under each prefix.
const PREFIXED: usize = API.len() + MANAGEMENT.len();

/// The routes without a prefix.
pub(crate) const ROOT: [&str; 4] = ["/health", "/ready", "/version", METRICS];

/// The route that creates a response.
pub(crate) const RESPONSES: &str = "/responses";

/// The route of clients of Chat Completions.
pub(crate) const CHAT_COMPLETIONS: &str = "/chat/completions";

/// The route of Prometheus.
pub(crate) const METRICS: &str = "/metrics";

/// Number of templates.
pub(crate) const COUNT: usize = PREFIXES.len() * PREFIXED + ROOT.len();

/// The end of a template that stands for the rest of the path.
const REST: &str = "{*name}";

/// The end of a template that stands for one segment of the path.
const SEGMENT: &str = "{hash}";

/// Returns the templates under each prefix.
fn prefixed() -> impl Iterator<Item = &'static str> {
    API.into_iter().chain(MANAGEMENT)
}

/// Returns `true` if a path is that of a route for management keys.
pub(crate) fn is_management(path: &str) -> bool {
    let template = position(path).and_then(template);
    template.is_some_and(|(_, rest)| MANAGEMENT.contains(&rest))
}

/// Returns the position of the template of a path.
pub(crate) fn position(path: &str) -> Option<usize> {
    for (prefix, number) in PREFIXES.iter().zip(0..) {
        if let Some(path) = path.strip_prefix(prefix)
            && path.starts_with('/')
        {
            let position = prefixed().position(|template| matches(template, path))?;
            return Some(number * PREFIXED + position);
        }
    }
    let position = ROOT.iter().position(|template| *template == path)?;
    Some(PREFIXES.len() * PREFIXED + position)
}

fn matches(template: &str, path: &str) -> bool {
    let rest_after = |start| path.strip_prefix(start).filter(|rest| !rest.is_empty());
    if let Some(start) = template.strip_suffix(REST) {
        rest_after(start).is_some()
    } else if let Some(start) = template.strip_suffix(SEGMENT) {
        rest_after(start).is_some_and(|rest| !rest.contains('/'))
    } else {
        template == path
    }
}

/// Returns the template at a position: its prefix and the rest.
pub(crate) fn template(position: usize) -> Option<(&'static str, &'static str)> {
    match PREFIXES.get(position / PREFIXED) {
        Some(prefix) => Some((prefix, prefixed().nth(position % PREFIXED)?)),
        None => {
            let root = ROOT.get(position - PREFIXES.len() * PREFIXED);
            root.map(|path| ("", *path))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_template() {
        for (path, expected) in [
            ("/api/v1/responses", "/api/v1/responses"),
            ("/v1/responses", "/v1/responses"),
            ("/v1/models", "/v1/models"),
            ("/v1/models/count", "/v1/models/count"),
            ("/v1/models/openai/gpt-4o", "/v1/models/{*name}"),
            ("/api/v1/model/a/b", "/api/v1/model/{*name}"),
            ("/v1/keys", "/v1/keys"),
            ("/v1/key", "/v1/key"),
            ("/api/v1/keys/0e6f", "/api/v1/keys/{hash}"),
            ("/v1/activity", "/v1/activity"),
            ("/metrics", "/metrics"),
            ("/health", "/health"),
        ] {
            let (prefix, rest) = template(position(path).expect(path)).unwrap();
            assert_eq!(format!("{prefix}{rest}"), expected);
        }
        for path in [
            "/",
            "",
            "/v1",
            "/v1/",
            "/v1/models/",
            "/v1/keys/",
            "/v1/keys/a/b",
            "/v10/models",
            "/v1/x",
            "/health/x",
        ] {
            assert_eq!(position(path), None, "{path}");
        }
    }

    #[test]
    fn positions_are_those_of_all_templates() {
        let all: Vec<_> = (0..COUNT).filter_map(template).collect();
        assert_eq!(all.len(), COUNT);
        assert_eq!(template(COUNT), None);
    }
}
