//! The templates of all routes, as the router and the metrics name them. A request is counted under
//! the template and not under its path, which a client chooses.

/// The prefixes of the routes of the API.
pub(crate) const PREFIXES: [&str; 2] = ["/api/v1", "/v1"];

/// The routes under each prefix.
pub(crate) const API: [&str; 9] = [
    RESPONSES,
    CHAT_COMPLETIONS,
    "/models",
    "/models/count",
    "/models/user",
    "/models/{*name}",
    "/model/{*name}",
    "/providers",
    "/endpoints/zdr",
];

/// The routes without a prefix.
pub(crate) const ROOT: [&str; 4] = ["/health", "/ready", "/version", METRICS];

/// The route that creates a response.
pub(crate) const RESPONSES: &str = "/responses";

/// The route of clients of Chat Completions.
pub(crate) const CHAT_COMPLETIONS: &str = "/chat/completions";

/// The route of Prometheus.
pub(crate) const METRICS: &str = "/metrics";

/// Number of templates.
pub(crate) const COUNT: usize = PREFIXES.len() * API.len() + ROOT.len();

/// The end of a template that stands for the rest of the path.
const REST: &str = "{*name}";

/// Returns the position of the template of a path.
pub(crate) fn position(path: &str) -> Option<usize> {
    for (prefix, number) in PREFIXES.iter().zip(0..) {
        if let Some(path) = path.strip_prefix(prefix)
            && path.starts_with('/')
        {
            let position = API.iter().position(|template| matches(template, path))?;
            return Some(number * API.len() + position);
        }
    }
    let position = ROOT.iter().position(|template| *template == path)?;
    Some(PREFIXES.len() * API.len() + position)
}

fn matches(template: &str, path: &str) -> bool {
    match template.strip_suffix(REST) {
        None => template == path,
        Some(start) => path
            .strip_prefix(start)
            .is_some_and(|rest| !rest.is_empty()),
    }
}

/// Returns the template at a position: its prefix and the rest.
pub(crate) fn template(position: usize) -> Option<(&'static str, &'static str)> {
    match PREFIXES.get(position / API.len()) {
        Some(prefix) => Some((prefix, API.get(position % API.len())?)),
        None => {
            let root = ROOT.get(position - PREFIXES.len() * API.len());
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
