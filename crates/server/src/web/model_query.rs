//! [`ModelQuery`]: the query parameters of `GET /models`, `/models/count` and `/models/user`.

use std::borrow::Cow;
use std::cmp::Reverse;

use url::form_urlencoded;

use super::model_filter::{self as filter, Filter};
use super::model_sort::Sort;
use crate::catalog::CatalogModel;
use crate::failure::Failure;
use crate::quote::quote;

/// Number of models on a page if only `offset` is given, and the maximum of `limit`.
const DEFAULT_LIMIT: usize = 500;
const MAX_LIMIT: usize = 1000;

/// Parameters for which this server has no figures, with their names in words.
const WITHOUT_FIGURES: [(&str, &str); 9] = [
    ("category", "use cases of models"),
    ("min_intelligence_index", "benchmarks"),
    ("max_intelligence_index", "benchmarks"),
    ("min_coding_index", "benchmarks"),
    ("max_coding_index", "benchmarks"),
    ("min_agentic_index", "benchmarks"),
    ("max_agentic_index", "benchmarks"),
    ("min_tool_success_rate", "success rates of tool calls"),
    ("max_tool_success_rate", "success rates of tool calls"),
];

/// The query parameters of a list of models. Without them, it has all models with text output.
pub(super) struct ModelQuery {
    filters: Vec<Filter>,
    sort: Option<Sort>,
    /// Offset and limit, if at least one of them is given.
    page: Option<(usize, usize)>,
    /// The other parameters as they were sent, for the link to the next page.
    rest: String,
}

/// A page of models.
pub(super) struct Page<'a> {
    pub(super) models: Vec<&'a CatalogModel>,
    /// Number of models on all pages.
    pub(super) total: usize,
    /// The path and query of the next page; `None` on the last one.
    pub(super) next: Option<String>,
}

impl ModelQuery {
    /// Reads the query of a URL. `now`: seconds since 1970. An empty value is that of a parameter
    /// that is not given, and unknown parameters have no effect.
    ///
    /// # Errors
    /// A 400 that names a parameter with an unusable value, or one for which this server has no
    /// figures.
    pub(super) fn read(query: Option<&str>, now: u64) -> Result<Self, Failure> {
        let mut filters = Vec::new();
        let mut sort = None;
        let (mut offset, mut limit) = (None, None);
        let mut has_output = false;
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in parameters(query.unwrap_or_default()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match &*name {
                "offset" => {
                    offset = Some(number(&name, value, 0, usize::MAX)?);
                    continue;
                }
                "limit" => {
                    limit = Some(number(&name, value, 1, MAX_LIMIT)?);
                    continue;
                }
                "sort" => sort = Some(Sort::read(value)?),
                name => {
                    if let Some((_, words)) = WITHOUT_FIGURES.iter().find(|(of, _)| *of == name) {
                        return Err(Failure::invalid(
                            name,
                            format!(
                                "`{name}` cannot be used: this server has no {words}; leave it out"
                            ),
                        ));
                    }
                    has_output |= name == filter::OUTPUT_MODALITIES;
                    filters.extend(filter::read(name, value, now)?);
                }
            }
            rest.append_pair(&name, value);
        }
        if !has_output {
            filters.extend(filter::read(filter::OUTPUT_MODALITIES, "text", now)?);
        }
        let page = (offset.is_some() || limit.is_some())
            .then(|| (offset.unwrap_or(0), limit.unwrap_or(DEFAULT_LIMIT)));
        Ok(Self {
            filters,
            sort,
            page,
            rest: rest.finish(),
        })
    }

    /// Returns the models that pass all filters, in order, without pages.
    pub(super) fn matching<'a>(
        &self,
        models: impl Iterator<Item = &'a CatalogModel>,
    ) -> Vec<&'a CatalogModel> {
        let passes = |known: &&CatalogModel| self.filters.iter().all(|passes| passes(known));
        let mut found: Vec<&CatalogModel> = models.filter(passes).collect();
        match self.sort {
            None => {}
            Some(Sort::Newest) => found.sort_by_key(|known| Reverse(known.model.created)),
            Some(Sort::ContextDescending) => {
                found.sort_by_key(|known| Reverse(known.model.context_length));
            }
            Some(Sort::PriceAscending) => {
                found.sort_by_key(|known| {
                    let price = known
                        .price()
                        .map(|price| price.prompt.plus(price.completion));
                    (price.is_none(), price)
                });
            }
            Some(Sort::PriceDescending) => {
                found.sort_by_key(|known| {
                    let price = known
                        .price()
                        .map(|price| price.prompt.plus(price.completion));
                    (price.is_none(), Reverse(price))
                });
            }
        }
        found
    }

    /// Returns the requested page of the models. `path`: the path of the list, for the link to the
    /// next page.
    pub(super) fn page<'a>(
        &self,
        models: impl Iterator<Item = &'a CatalogModel>,
        path: &str,
    ) -> Page<'a> {
        let mut models = self.matching(models);
        let total = models.len();
        let Some((offset, limit)) = self.page else {
            return Page {
                models,
                total,
                next: None,
            };
        };
        let end = offset.saturating_add(limit);
        let next = (end < total).then(|| {
            let rest = match &*self.rest {
                "" => String::new(),
                rest => format!("&{rest}"),
            };
            format!("{path}?offset={end}&limit={limit}{rest}")
        });
        models.truncate(end);
        models.drain(..offset.min(models.len()));
        Page {
            models,
            total,
            next,
        }
    }
}

/// Returns the parameters of a query. The values of a list that is given several times are joined.
fn parameters(query: &str) -> Vec<(Cow<'_, str>, String)> {
    let mut found: Vec<(Cow<'_, str>, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, joined)) if filter::is_list(&name) => {
                joined.push(',');
                joined.push_str(&value);
            }
            Some((_, last)) => *last = value.into_owned(),
            None => found.push((name, value.into_owned())),
        }
    }
    found
}

fn number(name: &str, value: &str, min: usize, max: usize) -> Result<usize, Failure> {
    let number = value.parse().ok();
    let within = number.filter(|number| (min..=max).contains(number));
    within.ok_or_else(|| {
        let bounds = match max {
            usize::MAX => format!("of at least {min}"),
            max => format!("between {min} and {max}"),
        };
        let given = quote(value);
        Failure::invalid(
            name,
            format!("`{name}` is `{given}`; it must be a whole number {bounds}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> String {
        match ModelQuery::read(Some(query), 0) {
            Ok(_) => String::new(),
            Err(failure) => failure.param_path().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn unusable_values_are_named() {
        for (query, param) in [
            ("offset=-1", "offset"),
            ("offset=x", "offset"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=1.5", "limit"),
            ("sort=best", "sort"),
            ("sort=most-popular", "sort"),
            ("category=programming", "category"),
            ("min_coding_index=50", "min_coding_index"),
            ("max_tool_success_rate=1", "max_tool_success_rate"),
            ("output_modalities=text,smell", "output_modalities"),
            ("input_modalities=smell", "input_modalities"),
            ("context=many", "context"),
            ("min_price=-1", "min_price"),
            ("max_output_price=NaN", "max_output_price"),
            ("min_age_days=1.5", "min_age_days"),
            ("zdr=yes", "zdr"),
            ("distillable=maybe", "distillable"),
            ("region=mars", "region"),
        ] {
            assert_eq!(refused(query), param, "{query}");
        }
    }

    #[test]
    fn absent_empty_and_unknown_parameters_have_no_effect() {
        for query in [
            "",
            "offset=&limit=",
            "category=&sort=",
            "no_such=1",
            "a",
            "&&=&",
        ] {
            assert_eq!(refused(query), "", "{query}");
            let query = ModelQuery::read(Some(query), 0).expect("a query");
            assert!(query.page.is_none() && query.sort.is_none());
            assert_eq!(query.filters.len(), 1, "text output is the default");
        }
    }

    #[test]
    fn lists_that_are_given_several_times_are_joined() {
        let of = |query: &str| {
            let found = parameters(query);
            found
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("providers=a&providers=b,c&q=x&q=y"),
            ["providers=a,b,c", "q=y"]
        );
        assert_eq!(of("q=gpt%204+o"), ["q=gpt 4 o"]);
    }
}
