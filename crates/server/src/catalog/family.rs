//! Families of models: `~author/family-latest` names the newest model of a family.

use std::sync::Arc;

use super::model::CatalogModel;

/// A name of the form `~author/family-latest`, which may have a variant such as `:free`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FamilyName<'a> {
    author: &'a str,
    family: &'a str,
    variant: Option<&'a str>,
}

impl<'a> FamilyName<'a> {
    /// Reads a name. `None` if it does not have the form.
    pub(crate) fn new(name: &'a str) -> Option<Self> {
        let (author, rest) = name.strip_prefix('~')?.split_once('/')?;
        let (rest, variant) = split_variant(rest);
        let (family, latest) = rest.rsplit_once('-')?;
        let valid =
            latest.eq_ignore_ascii_case("latest") && !author.is_empty() && !family.is_empty();
        valid.then_some(Self {
            author,
            family,
            variant,
        })
    }

    /// Returns the author and the family: `author/family`.
    pub(crate) fn group(&self) -> String {
        format!("{}/{}", self.author, self.family)
    }

    /// Returns the newest model of the family. Models without a date are the oldest; of several with
    /// the same date, the first one is returned. A name without a variant names no variant.
    pub(super) fn newest<'m>(
        &self,
        models: impl Iterator<Item = &'m Arc<CatalogModel>>,
    ) -> Option<&'m Arc<CatalogModel>> {
        let mut newest: Option<&Arc<CatalogModel>> = None;
        for known in models.filter(|known| self.has(known)) {
            if newest.is_none_or(|newest| known.model.created > newest.model.created) {
                newest = Some(known);
            }
        }
        newest
    }

    fn has(&self, known: &CatalogModel) -> bool {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let Some((author, rest)) = known.model.id.split_once('/') else {
            return false;
        };
        let family = known.model.family.as_deref();
        let variant = split_variant(rest).1;
        same(author, self.author)
            && family.is_some_and(|family| same(family, self.family))
            && match (variant, self.variant) {
                (None, None) => true,
                (Some(own), Some(asked)) => same(own, asked),
                _ => false,
            }
    }
}

/// Splits `slug:variant`.
fn split_variant(slug: &str) -> (&str, Option<&str>) {
    match slug.rsplit_once(':') {
        Some((slug, variant)) => (slug, Some(variant)),
        None => (slug, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Model;

    fn model(id: &str, family: &str, created: u64) -> Arc<CatalogModel> {
        let mut model = Model::new(id);
        model.family = Some(family.to_owned()).filter(|family| !family.is_empty());
        model.created = created;
        Arc::new(CatalogModel {
            model: Arc::new(model),
            endpoints: Vec::new(),
        })
    }

    #[test]
    fn the_newest_model_of_a_family_is_found() {
        let models = [
            model("openai/gpt-3", "gpt", 3),
            model("openai/gpt-5", "gpt", 5),
            model("openai/gpt-5b", "gpt", 5),
            model("openai/gpt-4", "GPT", 4),
            model("openai/gpt-6:free", "gpt", 6),
            model("openai/o9", "o", 9),
            model("azure/gpt-9", "gpt", 9),
            model("openai/gpt-9", "", 9),
            model("openai/tiny", "gpt-mini", 0),
        ];
        for (name, id) in [
            ("~openai/gpt-latest", Some("openai/gpt-5")),
            ("~OpenAI/GPT-Latest", Some("openai/gpt-5")),
            ("~openai/gpt-latest:free", Some("openai/gpt-6:free")),
            ("~openai/gpt-mini-latest", Some("openai/tiny")),
            ("~azure/gpt-latest", Some("azure/gpt-9")),
            ("~openai/gpt-latest:thinking", None),
            ("~meta/gpt-latest", None),
            ("~openai/gpt", None),
            ("~openai/-latest", None),
            ("~openai", None),
            ("openai/gpt-latest", None),
        ] {
            let newest = FamilyName::new(name).and_then(|name| name.newest(models.iter()));
            assert_eq!(newest.map(|known| known.model.id.as_str()), id, "{name}");
        }
    }
}
