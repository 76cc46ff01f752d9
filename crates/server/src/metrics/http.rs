//! [`HttpMetrics`]: the requests of all listeners, by method, route and status.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::{Method, StatusCode};

use super::histogram::{Buckets, Content};
use super::outcomes::Outcomes;

/// The methods that have a label value of their own: those of RFC 9110 and RFC 5789.
const METHODS: [&str; 9] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// The label value of all other methods.
const OTHER_METHOD: &str = "_OTHER";

/// A method, or one that has no label value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownMethod(usize);

impl KnownMethod {
    /// The method of requests whose head could not be read, and of unknown methods.
    pub(crate) const OTHER: Self = Self(METHODS.len());

    pub(crate) fn of(method: &Method) -> Self {
        let position = METHODS.iter().position(|known| *known == method.as_str());
        position.map_or(Self::OTHER, Self)
    }

    pub(crate) fn as_str(self) -> &'static str {
        METHODS.get(self.0).copied().unwrap_or(OTHER_METHOD)
    }

    fn all() -> impl Iterator<Item = Self> {
        (0..=METHODS.len()).map(Self)
    }
}

/// The status of a response: `None` if the client disconnected before one was sent.
type Status = Option<u16>;

/// The requests of all listeners.
#[derive(Debug)]
pub(crate) struct HttpMetrics {
    active: [AtomicI64; METHODS.len() + 1],
    /// For each route, and at the end for requests without one: the requests by method.
    routes: Box<[RouteMetrics]>,
}

/// The durations of the requests of a route, by method.
type RouteMetrics = [OnceLock<Box<Outcomes<Status>>>; METHODS.len() + 1];

/// The requests of one route, method and status.
pub(crate) struct HttpSeries {
    pub(crate) method: &'static str,
    /// The position of the route; `None` for requests that no route serves.
    pub(crate) route: Option<usize>,
    pub(crate) status: Status,
    pub(crate) durations: Content,
}

impl HttpMetrics {
    pub(super) fn new(routes: usize) -> Self {
        Self {
            active: Default::default(),
            routes: (0..=routes).map(|_| RouteMetrics::default()).collect(),
        }
    }

    /// Counts a request that begins.
    pub(crate) fn begin(&self, method: KnownMethod) {
        self.count(method, 1);
    }

    /// Records a request that has ended.
    pub(crate) fn end(
        &self,
        method: KnownMethod,
        route: Option<usize>,
        status: Option<StatusCode>,
        time: Duration,
    ) {
        self.count(method, -1);
        self.record(method, route, status.map(|status| status.as_u16()), time);
    }

    /// Records a request whose head could not be read.
    pub(crate) fn unreadable(&self, status: u16, time: Duration) {
        self.record(KnownMethod::OTHER, None, Some(status), time);
    }

    fn record(&self, method: KnownMethod, route: Option<usize>, status: Status, time: Duration) {
        let last = self.routes.len().saturating_sub(1);
        let route = self.routes.get(route.unwrap_or(last));
        if let Some(cell) = route.and_then(|methods| methods.get(method.0)) {
            let outcomes = cell.get_or_init(|| Box::new(Outcomes::new(&Buckets::HTTP)));
            let usual = status == Some(StatusCode::OK.as_u16());
            outcomes.record((!usual).then_some(status), time);
        }
    }

    fn count(&self, method: KnownMethod, change: i64) {
        if let Some(active) = self.active.get(method.0) {
            active.fetch_add(change, Ordering::Relaxed);
        }
    }

    /// Returns the number of requests in progress of each method.
    pub(crate) fn active(&self) -> impl Iterator<Item = (&'static str, i64)> {
        let methods = KnownMethod::all().map(KnownMethod::as_str);
        methods.zip(
            self.active
                .iter()
                .map(|count| count.load(Ordering::Relaxed)),
        )
    }

    /// Returns the requests that have ended.
    pub(crate) fn series(&self) -> Vec<HttpSeries> {
        let mut all = Vec::new();
        let last = self.routes.len().saturating_sub(1);
        for (position, methods) in self.routes.iter().enumerate() {
            for (method, cell) in KnownMethod::all().zip(methods) {
                let contents = cell.get().map(|outcomes| outcomes.contents());
                for (other, durations) in contents.unwrap_or_default() {
                    all.push(HttpSeries {
                        method: method.as_str(),
                        route: (position != last).then_some(position),
                        status: other.unwrap_or(Some(StatusCode::OK.as_u16())),
                        durations,
                    });
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_method_and_status() {
        let http = HttpMetrics::new(2);
        let (get, made_up) = (
            KnownMethod::of(&Method::GET),
            KnownMethod::of(&Method::from_bytes(b"FETCH").unwrap()),
        );
        http.begin(get);
        http.begin(get);
        assert_eq!(
            http.active().find(|(name, _)| *name == "GET"),
            Some(("GET", 2))
        );
        http.end(get, Some(1), Some(StatusCode::OK), Duration::ZERO);
        http.end(get, Some(9), Some(StatusCode::OK), Duration::ZERO);
        http.begin(made_up);
        http.end(made_up, None, None, Duration::ZERO);
        http.unreadable(431, Duration::ZERO);
        let series: Vec<_> = http
            .series()
            .iter()
            .map(|one| (one.method, one.route, one.status, one.durations.count))
            .collect();
        assert!(
            series.contains(&("GET", Some(1), Some(200), 1)),
            "{series:?}"
        );
        assert!(series.contains(&("_OTHER", None, None, 1)), "{series:?}");
        assert!(
            series.contains(&("_OTHER", None, Some(431), 1)),
            "{series:?}"
        );
        assert_eq!(series.len(), 3);
        assert!(http.active().all(|(_, count)| count == 0));
    }
}
