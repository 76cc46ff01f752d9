//! [`Sources`]: sources of the text, until the text is complete.

use std::collections::BTreeMap;

use orouter_wire::{Annotation, FileCitation, UrlCitation};

use super::model::{
    Citation, CitationMetadata, GroundingChunk, GroundingMetadata, RetrievedContext, Segment,
    Source, UrlContextMetadata, Word,
};

/// Maximum number of annotations of one reply.
const MAX_ANNOTATIONS: usize = 1024;

/// Maximum length of a text that is searched for a segment whose offsets do not fit, in bytes.
const MAX_SEARCHED: usize = 1 << 20;

/// Sources that the reply has given. They are announced with the end of the text, because most
/// replies send them last, and some repeat them.
#[derive(Debug, Default)]
pub(super) struct Sources {
    cited: Vec<Cited>,
    /// Pages that the model read. They are sources if nothing cites them.
    read: Vec<String>,
    /// Number of bytes of text in the messages that have ended: offsets count from the first one.
    base: usize,
}

/// A source, and the range of the text that it supports.
#[derive(Clone, Debug, PartialEq)]
struct Cited {
    place: Option<Segment>,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq)]
enum Origin {
    Page { url: String, title: String },
    File { id: String, name: String },
}

impl Sources {
    /// Adds the sources of searches.
    pub(super) fn add_grounding(&mut self, metadata: GroundingMetadata) {
        let origins: Vec<Option<Origin>> = metadata
            .chunks
            .into_iter()
            .flatten()
            .map(|source| match source {
                Source::Chunk(chunk) => Origin::of(*chunk),
                Source::Unknown(_) => None,
            })
            .collect();
        let mut supported = false;
        for support in metadata.supports.into_iter().flatten() {
            for index in support.chunk_indices.into_iter().flatten() {
                let index = usize::try_from(index).ok();
                let origin = index.and_then(|index| origins.get(index)?.clone());
                if let Some(origin) = origin {
                    supported = true;
                    self.add(support.segment.clone(), origin);
                }
            }
        }
        if !supported {
            for origin in origins.into_iter().flatten() {
                self.add(None, origin);
            }
        }
    }

    /// Adds quotations.
    pub(super) fn add_citations(&mut self, metadata: CitationMetadata) {
        let lists = [metadata.citations, metadata.citation_sources];
        for citation in lists.into_iter().flatten().flatten() {
            let Citation {
                uri,
                title,
                start,
                end,
                ..
            } = citation;
            let Some(url) = filled(uri) else {
                continue;
            };
            let place = Segment {
                start,
                end,
                ..Segment::default()
            };
            let title = title.unwrap_or_default();
            self.add(end.map(|_| place), Origin::Page { url, title });
        }
    }

    /// Adds pages that the model read.
    pub(super) fn add_pages(&mut self, metadata: UrlContextMetadata) {
        for page in metadata.urls.into_iter().flatten() {
            let failed = match &page.status {
                Some(Word::Name(status)) => !status.ends_with("_SUCCESS"),
                Some(Word::Number(status)) => *status != 1,
                Some(Word::Unknown(_)) | None => false,
            };
            let url = filled(page.url).filter(|url| !failed && !self.read.contains(url));
            if self.read.len() < MAX_ANNOTATIONS {
                self.read.extend(url);
            }
        }
    }

    fn add(&mut self, place: Option<Segment>, origin: Origin) {
        let cited = Cited { place, origin };
        if self.cited.len() < MAX_ANNOTATIONS && !self.cited.contains(&cited) {
            self.cited.push(cited);
        }
    }

    /// Returns the annotations for a text that is complete. Each is returned once. A source without a
    /// range is one of the text's beginning, and in the `last` text so is one whose range is not
    /// found.
    pub(super) fn annotations(&mut self, text: &str, last: bool) -> Vec<Annotation> {
        let base = self.base;
        self.base = self.base.saturating_add(text.len());
        let mut cited = std::mem::take(&mut self.cited);
        if !last {
            let is_here = |cited: &Cited| {
                let place = cited.place.as_ref();
                place.is_none_or(|place| range(place, text, base).is_some())
            };
            let (here, later) = cited.into_iter().partition(is_here);
            (cited, self.cited) = (here, later);
        }
        for url in std::mem::take(&mut self.read) {
            let is_page = |cited: &Cited| matches!(&cited.origin, Origin::Page { url: known, .. } if *known == url);
            if !cited.iter().any(is_page) {
                let title = String::new();
                let origin = Origin::Page { url, title };
                cited.push(Cited {
                    place: None,
                    origin,
                });
            }
        }
        let ranges: Vec<(usize, usize)> = cited
            .iter()
            .map(|cited| {
                let place = cited.place.as_ref();
                place
                    .and_then(|place| range(place, text, base))
                    .unwrap_or_default()
            })
            .collect();
        let characters = characters(text, &ranges);
        let at = |byte: usize| characters.get(&byte).copied().unwrap_or_default();
        let mut annotations: Vec<Annotation> = Vec::new();
        for (cited, (start, end)) in cited.into_iter().zip(ranges) {
            let annotation = cited.origin.annotation(at(start), at(end));
            if !annotations.contains(&annotation) {
                annotations.push(annotation);
            }
        }
        annotations
    }
}

impl Origin {
    fn of(chunk: GroundingChunk) -> Option<Self> {
        let page = |uri: Option<String>, title: Option<String>| {
            let url = filled(uri)?;
            let title = title.unwrap_or_default();
            Some(Self::Page { url, title })
        };
        let web = chunk.web.and_then(|web| page(web.uri, web.title));
        let maps = || chunk.maps.and_then(|maps| page(maps.uri, maps.title));
        let image = || {
            let image = chunk.image?;
            page(image.source_uri, image.title)
        };
        let context = || Self::of_context(chunk.retrieved_context?);
        web.or_else(maps).or_else(image).or_else(context)
    }

    fn of_context(context: RetrievedContext) -> Option<Self> {
        let uri = filled(context.uri);
        let title = filled(context.title);
        if let Some(url) = uri.as_ref().filter(|uri| uri.starts_with("http")) {
            return Some(Self::Page {
                url: url.clone(),
                title: title.unwrap_or_default(),
            });
        }
        let id = filled(context.document_name).or(uri);
        let id = id.or_else(|| filled(context.file_search_store));
        let name = title.clone();
        let id = id.or(title)?;
        Some(Self::File {
            name: name.unwrap_or_else(|| id.clone()),
            id,
        })
    }

    fn annotation(self, start: u64, end: u64) -> Annotation {
        match self {
            Self::Page { url, title } => {
                let mut citation = UrlCitation::default();
                citation.url = url;
                citation.title = Some(title);
                citation.start_index = Some(start);
                citation.end_index = Some(end);
                Annotation::UrlCitation(citation)
            }
            Self::File { id, name } => {
                let mut citation = FileCitation::default();
                citation.file_id = id;
                citation.filename = Some(name);
                citation.index = Some(end);
                Annotation::FileCitation(citation)
            }
        }
    }
}

/// Returns the range of a segment in a text, in bytes. Offsets count from the beginning of the reply
/// or of a part; the segment's own text decides, if it has one.
fn range(segment: &Segment, text: &str, base: usize) -> Option<(usize, usize)> {
    let offset = |offset: Option<u64>| usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX);
    let (start, end) = (offset(segment.start), offset(segment.end));
    let wanted = segment.text.as_deref().filter(|text| !text.is_empty());
    let Some(wanted) = wanted else {
        let start = start.checked_sub(base)?;
        let end = end.checked_sub(base)?.min(text.len());
        return (start < end).then_some((start, end));
    };
    let in_message = |start: usize| {
        let end = start.checked_add(wanted.len())?;
        (text.get(start..end)? == wanted).then_some((start, end))
    };
    let of_reply = || in_message(start.checked_sub(base)?);
    let of_part = || in_message(start);
    let found = || {
        let at = (text.len() <= MAX_SEARCHED).then(|| text.find(wanted))??;
        Some((at, at + wanted.len()))
    };
    of_reply().or_else(of_part).or_else(found)
}

/// Returns the number of characters before each end of the ranges.
fn characters(text: &str, ranges: &[(usize, usize)]) -> BTreeMap<usize, u64> {
    let mut before: BTreeMap<usize, u64> = ranges
        .iter()
        .flat_map(|(start, end)| [(*start, 0), (*end, 0)])
        .collect();
    let mut count = 0;
    let mut starts = text.char_indices().map(|(at, _)| at).peekable();
    for (byte, characters) in &mut before {
        // An offset inside of a character counts as its end.
        while starts.next_if(|at| at < byte).is_some() {
            count += 1;
        }
        *characters = count;
    }
    before
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn grounding(metadata: &Value) -> GroundingMetadata {
        orouter_wire::from_str(&metadata.to_string()).unwrap()
    }

    /// The annotations: URL or id, title or name, start, end.
    fn list(annotations: Vec<Annotation>) -> Vec<(String, String, u64, u64)> {
        let entry = |annotation| match annotation {
            Annotation::UrlCitation(citation) => (
                citation.url,
                citation.title.unwrap(),
                citation.start_index.unwrap(),
                citation.end_index.unwrap(),
            ),
            Annotation::FileCitation(citation) => {
                let index = citation.index.unwrap();
                (citation.file_id, citation.filename.unwrap(), index, index)
            }
            other => panic!("{other:?}"),
        };
        annotations.into_iter().map(entry).collect()
    }

    fn web(url: &str) -> Value {
        json!({"web": {"uri": url, "title": "t"}})
    }

    fn entry(url: &str, start: u64, end: u64) -> (String, String, u64, u64) {
        (url.to_owned(), "t".to_owned(), start, end)
    }

    #[test]
    fn offsets_in_bytes_become_offsets_in_characters() {
        let text = "Für 漢字 🙂: yes. No.";
        let mut sources = Sources::default();
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            json!({"startIndex": start, "endIndex": start + part.len(), "text": part})
        };
        let mut bare = at("No.");
        bare.as_object_mut().unwrap().remove("text");
        sources.add_grounding(grounding(&json!({
            "groundingChunks": [web("u:0"), null, web("u:2")],
            "groundingSupports": [
                {"segment": at("Für"), "groundingChunkIndices": [0]},
                {"segment": at("🙂: yes."), "groundingChunkIndices": [0, 1, 2, 9]},
                {"segment": bare, "groundingChunkIndices": [2]},
                {"segment": {"endIndex": 2}, "groundingChunkIndices": [2]},
            ],
        })));
        let found = list(sources.annotations(text, true));
        let expected = [
            entry("u:0", 0, 3),
            entry("u:0", 7, 14),
            entry("u:2", 7, 14),
            entry("u:2", 15, 18),
            // Inside of a character.
            entry("u:2", 0, 2),
        ];
        assert_eq!(found, expected);
        assert_eq!(sources.annotations("more", true), []);
    }

    #[test]
    fn the_text_of_a_segment_decides_where_it_is() {
        let segment = |start: u64, text: &str| json!({"startIndex": start, "endIndex": start + 3, "text": text});
        let metadata = json!({
            "groundingChunks": [web("u:0")],
            "groundingSupports": [
                {"segment": segment(14, "two"), "groundingChunkIndices": [0]},
                {"segment": segment(99, "one"), "groundingChunkIndices": [0]},
                {"segment": segment(0, "not there"), "groundingChunkIndices": [0]},
            ],
        });
        let mut sources = Sources::default();
        sources.annotations("0123456789", false);
        sources.add_grounding(grounding(&metadata));
        // Repeated, as streams do.
        sources.add_grounding(grounding(&metadata));
        let found = list(sources.annotations("one two one", false));
        assert_eq!(found, [entry("u:0", 4, 7), entry("u:0", 0, 3)]);
        // A range that is not found may be in a later text.
        let found = list(sources.annotations("it is not there", false));
        assert_eq!(found, [entry("u:0", 6, 15)]);
        sources.add_grounding(grounding(&metadata));
        let found = list(sources.annotations("two", true));
        assert_eq!(found, [entry("u:0", 0, 3), entry("u:0", 0, 0)]);
    }

    #[test]
    fn sources_without_ranges_are_of_the_beginning() {
        let mut sources = Sources::default();
        sources.add_grounding(grounding(&json!({})));
        sources.add_grounding(grounding(&json!({"groundingChunks": [
            web("u:0"), web("u:0"), web(""), {"web": {}}, {"web": {"uri": null}}, {}, 7,
            {"maps": {"uri": "u:maps", "title": "t", "placeId": "p"}},
            {"image": {"sourceUri": "u:image", "imageUri": "u:i", "title": "t"}},
            {"retrievedContext": {"uri": "https://x", "title": "t"}},
            {"retrievedContext": {"uri": "gs://b/f", "title": "t"}},
            {"retrievedContext": {"fileSearchStore": "stores/1", "text": "…", "title": "t"}},
            {"retrievedContext": {"text": "…"}},
        ]})));
        let page = |urls: Value| {
            orouter_wire::from_str(&json!({"urlMetadata": urls}).to_string()).unwrap()
        };
        sources.add_pages(page(json!([
            {"retrievedUrl": "u:read", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"},
            {"retrievedUrl": "u:0", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"},
            {"retrievedUrl": "u:paywall", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_PAYWALL"},
        ])));
        let found = list(sources.annotations("text", true));
        let mut expected: Vec<_> = [
            "u:0",
            "u:maps",
            "u:image",
            "https://x",
            "gs://b/f",
            "stores/1",
        ]
        .map(|url| entry(url, 0, 0))
        .into();
        expected.push(("u:read".to_owned(), String::new(), 0, 0));
        assert_eq!(found, expected);
    }

    #[test]
    fn quotations_of_both_services_are_read() {
        for name in ["citations", "citationSources"] {
            let mut sources = Sources::default();
            let metadata = json!({name: [
                {"startIndex": 2, "endIndex": 4, "uri": "u:0", "title": "t", "license": "mit"},
                {"endIndex": 400, "uri": "u:1"},
                {"startIndex": 1, "endIndex": 3, "license": "mit"},
                {"uri": "u:2"},
            ]});
            sources.add_citations(orouter_wire::from_str(&metadata.to_string()).unwrap());
            let found = list(sources.annotations("äbcd", true));
            let of = |url: &str, start, end| (url.to_owned(), String::new(), start, end);
            let expected = [entry("u:0", 1, 3), of("u:1", 0, 4), of("u:2", 0, 0)];
            assert_eq!(found, expected, "{name}");
        }
    }
}
