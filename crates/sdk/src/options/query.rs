//! The query parameters that options set or remove.

use url::{Url, form_urlencoded};

/// Query parameters that one layer of options sets. A name without a value is removed.
///
/// A layer replaces all parameters of the same name in the layers below and in the server URL.
#[derive(Clone, Default)]
pub(super) struct Query(Vec<(String, Option<String>)>);

impl Query {
    pub(super) fn add(&mut self, name: String, value: String) {
        self.0.push((name, Some(value)));
    }

    pub(super) fn remove(&mut self, name: String) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, None));
    }

    /// Returns the values that this layer sets for the name, in order.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let pairs = self.0.iter().filter(move |(known, _)| known == name);
        pairs.filter_map(|(_, value)| value.as_deref())
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the parameters of both layers. Those of `self` replace those of `below` by name.
    pub(super) fn over(self, mut below: Self) -> Self {
        below.0.retain(|(name, _)| !self.has(name));
        below.0.extend(self.0);
        below
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Applies the parameters of the client's options, then those of the call's, to `url`.
    pub(super) fn apply(client: &Self, call: &Self, url: &mut Url) {
        if client.0.is_empty() && call.0.is_empty() {
            return;
        }
        let named = |name: &str| client.has(name) || call.has(name);
        let kept = url.query().map(|query| without(query, named));
        url.set_query(kept.as_deref().filter(|kept| !kept.is_empty()));
        let from_client = client.0.iter().filter(|(name, _)| !call.has(name));
        let mut pairs = from_client
            .chain(&call.0)
            .filter_map(|(name, value)| Some((name, value.as_ref()?)))
            .peekable();
        if pairs.peek().is_some() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
    }
}

/// Returns `query` without the parameters of these names. The others keep their spelling.
fn without(query: &str, named: impl Fn(&str) -> bool) -> String {
    let stays = |pair: &&str| {
        let mut read = form_urlencoded::parse(pair.as_bytes());
        read.next().is_none_or(|(name, _)| !named(&name))
    };
    query.split('&').filter(stays).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(pairs: &[(&str, Option<&str>)]) -> Query {
        let mut query = Query::default();
        for (name, value) in pairs {
            match value {
                Some(value) => query.add((*name).to_owned(), (*value).to_owned()),
                None => query.remove((*name).to_owned()),
            }
        }
        query
    }

    fn applied(
        url: &str,
        client: &[(&str, Option<&str>)],
        call: &[(&str, Option<&str>)],
    ) -> String {
        let mut url = Url::parse(url).unwrap();
        Query::apply(&layer(client), &layer(call), &mut url);
        url.query().unwrap_or("none").to_owned()
    }

    #[test]
    fn a_layer_replaces_lower_layers_by_name() {
        let client = [("a", Some("1")), ("b", Some("1"))];
        let call = [("a", Some("2")), ("a", Some("3"))];
        assert_eq!(applied("http://h", &client, &call), "b=1&a=2&a=3");
        assert_eq!(applied("http://h", &client, &[]), "a=1&b=1");
        assert_eq!(applied("http://h", &client, &[("a", None)]), "b=1");
        assert_eq!(applied("http://h", &[("a", None)], &call), "a=2&a=3");
        assert_eq!(applied("http://h", &[], &[("a", None)]), "none");
    }

    #[test]
    fn the_urls_own_pairs_stay_as_written_unless_named() {
        let url = "http://h/?x=%7e&a%62=0&flag&&x=2";
        assert_eq!(applied(url, &[], &[]), "x=%7e&a%62=0&flag&&x=2");
        let call = [("ab", Some("1"))];
        assert_eq!(applied(url, &[], &call), "x=%7e&flag&&x=2&ab=1");
        assert_eq!(applied(url, &[("x", None)], &[]), "a%62=0&flag&");
        assert_eq!(applied("http://h/?x=1", &[("x", None)], &[]), "none");
    }

    #[test]
    fn laying_over_is_the_same_as_applying_both() {
        let below = layer(&[("a", Some("1")), ("b", Some("1"))]);
        let over = layer(&[("b", None), ("a", Some("2"))]).over(below);
        let mut url = Url::parse("http://h/?b=0&c=0").unwrap();
        Query::apply(&over, &Query::default(), &mut url);
        assert_eq!(url.query(), Some("c=0&a=2"));
    }
}
