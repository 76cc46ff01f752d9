//! [`Citations`]: the sources of a text block, until the text is complete.

use orouter_wire::{Annotation, FileCitation, UrlCitation};

use super::model::Citation;

/// Maximum number of annotations of one text.
const MAX_ANNOTATIONS: usize = 1024;

/// The sources of a text block. They become annotations when the text is complete, because each is
/// the source of the whole block.
#[derive(Debug, Default)]
pub(super) struct Citations(Vec<Citation>);

impl Citations {
    /// Adds a source. A source that comes again is left out. Returns the number of bytes that the
    /// source makes this process keep.
    #[must_use]
    pub(super) fn add(&mut self, citation: Citation) -> usize {
        if self.0.len() >= MAX_ANNOTATIONS || self.0.contains(&citation) {
            return 0;
        }
        let length = length(&citation);
        self.0.push(citation);
        length
    }

    /// Returns the annotations for the text of the block. Each is returned once.
    pub(super) fn annotations(&mut self, text: &str) -> Vec<Annotation> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let end = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        std::mem::take(&mut self.0)
            .into_iter()
            .filter_map(|citation| annotation(citation, end))
            .collect()
    }
}

/// Returns the number of bytes that a source takes, with its strings and unknown members.
fn length(citation: &Citation) -> usize {
    let texts = [
        &citation.r#type,
        &citation.url,
        &citation.title,
        &citation.source,
        &citation.document_title,
        &citation.file_id,
        &citation.cited_text,
    ];
    let texts = texts.into_iter().flatten().map(String::len);
    let extra = citation.extra.iter();
    let extra = extra.map(|(name, value)| name.len() + value.get().len());
    size_of::<Citation>() + texts.chain(extra).sum::<usize>()
}

/// Returns the annotation of a text of this length, in characters. A page is a URL citation. A
/// document of the request is a file citation at the end of the text. `None` for a source without
/// address and name.
fn annotation(citation: Citation, end: u64) -> Option<Annotation> {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let source = filled(citation.source);
    let is_page = |source: &String| source.starts_with("http://") || source.starts_with("https://");
    let page = filled(citation.url).or_else(|| source.clone().filter(is_page));
    if let Some(url) = page {
        let mut made = UrlCitation::default();
        made.url = url;
        made.title = Some(citation.title.unwrap_or_default());
        made.start_index = Some(0);
        made.end_index = Some(end);
        made.content = filled(citation.cited_text);
        return Some(Annotation::UrlCitation(made));
    }
    let title = filled(citation.document_title).or_else(|| filled(citation.title));
    let id = filled(citation.file_id).or(source);
    let is_document = citation
        .r#type
        .is_some_and(|kind| kind.ends_with("_location"));
    if !is_document && title.is_none() && id.is_none() {
        return None;
    }
    let mut made = FileCitation::default();
    made.file_id = id.unwrap_or_default();
    made.filename = Some(title.unwrap_or_default());
    made.index = Some(end);
    Some(Annotation::FileCitation(made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_source_is_an_annotation_of_the_whole_text() {
        for (citation, expected) in [
            (
                r#"{"type":"web_search_result_location","url":"https://a.example/","title":"A","cited_text":"x","encrypted_index":"E"}"#,
                r#"{"type":"url_citation","url":"https://a.example/","title":"A","start_index":0,"end_index":2,"content":"x"}"#,
            ),
            (
                r#"{"type":"web_search_result_location","url":"https://a.example/","title":null,"cited_text":""}"#,
                r#"{"type":"url_citation","url":"https://a.example/","title":"","start_index":0,"end_index":2}"#,
            ),
            (
                r#"{"type":"search_result_location","source":"https://b.example/","title":"B","search_result_index":0}"#,
                r#"{"type":"url_citation","url":"https://b.example/","title":"B","start_index":0,"end_index":2}"#,
            ),
            (
                r#"{"type":"search_result_location","source":"kb:7","title":"B","search_result_index":0}"#,
                r#"{"type":"file_citation","file_id":"kb:7","filename":"B","index":2}"#,
            ),
            (
                r#"{"type":"char_location","document_index":0,"document_title":"D","start_char_index":0,"end_char_index":9,"cited_text":"x"}"#,
                r#"{"type":"file_citation","file_id":"","filename":"D","index":2}"#,
            ),
            (
                r#"{"type":"page_location","document_index":0,"document_title":null,"file_id":"file_1"}"#,
                r#"{"type":"file_citation","file_id":"file_1","filename":"","index":2}"#,
            ),
        ] {
            let mut citations = Citations::default();
            let citation: Citation = orouter_wire::from_str(citation).unwrap();
            assert!(citations.add(citation.clone()) > 0);
            assert_eq!(citations.add(citation), 0);
            let made = citations.annotations("é!");
            let made: Vec<String> = made.iter().map(orouter_wire::to_string).collect();
            assert_eq!(made, [expected]);
            assert!(citations.annotations("é!").is_empty());
        }
    }

    #[test]
    fn the_strings_of_a_source_count() {
        let mut citations = Citations::default();
        let none = citations.add(Citation::default());
        for name in ["url", "title", "source", "cited_text", "file_id", "unknown"] {
            let citation = format!(r#"{{"{name}":"{}"}}"#, "x".repeat(1000));
            let added = citations.add(orouter_wire::from_str(&citation).unwrap());
            assert!(added >= none + 1000, "{name} {added}");
        }
        for number in 0..2 * MAX_ANNOTATIONS {
            let citation = format!(r#"{{"url":"{number}"}}"#);
            let added = citations.add(orouter_wire::from_str(&citation).unwrap());
            assert_eq!(added > 0, number < MAX_ANNOTATIONS - 7, "{number}");
        }
    }

    #[test]
    fn a_source_without_address_and_name_is_left_out() {
        for citation in ["{}", r#"{"type":"new_kind","cited_text":"x"}"#] {
            let citation: Citation = orouter_wire::from_str(citation).unwrap();
            assert_eq!(annotation(citation, 1), None);
        }
    }
}
