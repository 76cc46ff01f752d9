//! [`Sources`]: citations of the text, until the text is complete.

use orouter_wire::{Annotation, Raw, UrlCitation};

use super::model::NestedCitation;

/// Maximum number of annotations of one text.
const MAX_ANNOTATIONS: usize = 1024;

/// Citations that the reply has given. They are announced with the end of the text, because most
/// servers repeat them in several chunks, or send them last.
#[derive(Debug, Default)]
pub(super) struct Sources {
    annotations: Vec<Annotation>,
    /// URLs in the order of their marks in the text.
    urls: Vec<String>,
    /// Titles by URL.
    titles: Vec<(String, String)>,
}

impl Sources {
    /// Adds annotations of a message.
    pub(super) fn add(&mut self, annotations: Vec<Raw>) {
        let objects = annotations
            .into_iter()
            .filter(|raw| raw.get().starts_with('{'));
        for raw in objects {
            let nested: Option<NestedCitation> = raw.parse_wire().ok();
            let nested = nested.and_then(|nested| nested.url_citation);
            let annotation = match nested {
                Some(citation) => Some(Annotation::UrlCitation(placed(citation))),
                None => raw.parse_wire().ok(),
            };
            let Some(annotation) = annotation else {
                continue;
            };
            if self.annotations.len() < MAX_ANNOTATIONS && !self.annotations.contains(&annotation) {
                self.annotations.push(annotation);
            }
        }
    }

    /// Sets the list of URLs that the marks `[1]`, `[2]` in the text stand for.
    pub(super) fn set_urls(&mut self, urls: &[Raw]) {
        let urls: Vec<String> = urls.iter().filter_map(Raw::as_string).collect();
        if !urls.is_empty() {
            self.urls = urls;
            self.urls.truncate(MAX_ANNOTATIONS);
        }
    }

    /// Sets titles of URLs.
    pub(super) fn set_titles(&mut self, titles: Vec<(String, String)>) {
        self.titles = titles;
        self.titles.truncate(MAX_ANNOTATIONS);
    }

    /// Returns the annotations for a text that is complete. Each is returned once.
    pub(super) fn annotations(&mut self, text: &str) -> Vec<Annotation> {
        let annotations = std::mem::take(&mut self.annotations);
        let urls = std::mem::take(&mut self.urls);
        if !annotations.is_empty() {
            return annotations;
        }
        let cited = urls.into_iter().zip(1..).map(|(url, number)| {
            let title = self.titles.iter().find(|(known, _)| *known == url);
            let mut citation = UrlCitation::default();
            citation.title = title.map(|(_, title)| title.clone());
            citation.url = url;
            if let Some((start, end)) = mark(text, number) {
                citation.start_index = Some(start);
                citation.end_index = Some(end);
            }
            Annotation::UrlCitation(placed(citation))
        });
        cited.collect()
    }
}

/// Fills the members that the specification requires: a source without a range is one of the text's
/// beginning.
fn placed(mut citation: UrlCitation) -> UrlCitation {
    let start = *citation.start_index.get_or_insert(0);
    citation.end_index.get_or_insert(start);
    citation.title.get_or_insert_default();
    citation
}

/// Returns the range of the first mark `[number]` of a text, in characters.
fn mark(text: &str, number: usize) -> Option<(u64, u64)> {
    let mark = format!("[{number}]");
    let before = text.get(..text.find(&mark)?)?.chars().count();
    let start = u64::try_from(before).ok()?;
    let end = start.checked_add(u64::try_from(mark.len()).ok()?)?;
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_by_characters() {
        assert_eq!(mark("é [2] and [1]", 1), Some((10, 13)));
        assert_eq!(mark("é [2] and [1]", 2), Some((2, 5)));
        assert_eq!(mark("[12]", 1), None);
    }
}
