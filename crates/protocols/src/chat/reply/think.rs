//! [`ThinkTags`]: reasoning that a server leaves in the text, between `<think>` and `</think>`.

/// Maximum number of bytes of white space in front of `<think>`.
const MAX_LEADING_SPACE: usize = 1024;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// A piece of the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Text(String),
    Reasoning(String),
}

/// Splits the content of a message into reasoning and text.
///
/// Tags count only at the beginning of the content: later ones may be text about tags. A tag may be
/// split over pieces. Reasoning without a closing tag reaches to the end of the content. Reasoning of
/// white space only is left out.
#[derive(Debug)]
pub(super) enum ThinkTags {
    /// The content so far is white space and the beginning of a tag.
    Start(String),
    /// Inside of the tags. The text may be the beginning of the closing tag, or is white space at
    /// the beginning of the reasoning.
    Inside { held: String, begun: bool },
    /// After the tags, or there are none.
    Text,
}

impl ThinkTags {
    pub(super) fn new() -> Self {
        Self::Start(String::new())
    }

    /// Returns `true` if all further content is text.
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Text)
    }

    /// Returns `true` if the further content is reasoning.
    pub(super) fn is_inside(&self) -> bool {
        matches!(self, Self::Inside { .. })
    }

    /// Takes the next piece of content.
    pub(super) fn push(&mut self, piece: String, out: &mut Vec<Segment>) {
        match self {
            Self::Text => push(out, Segment::Text(piece)),
            Self::Start(held) => {
                held.push_str(&piece);
                let content = held.trim_start();
                if let Some(rest) = content.strip_prefix(OPEN) {
                    let rest = rest.to_owned();
                    *self = Self::Inside {
                        held: String::new(),
                        begun: false,
                    };
                    self.inside(&rest, out);
                } else if !OPEN.starts_with(content) || held.len() > MAX_LEADING_SPACE {
                    self.finish(out);
                }
            }
            Self::Inside { .. } => self.inside(&piece, out),
        }
    }

    fn inside(&mut self, piece: &str, out: &mut Vec<Segment>) {
        let Self::Inside { held, begun } = self else {
            return;
        };
        held.push_str(piece);
        if let Some((reasoning, text)) = held.split_once(CLOSE) {
            if *begun || !reasoning.trim().is_empty() {
                push(out, Segment::Reasoning(reasoning.to_owned()));
            }
            push(out, Segment::Text(text.to_owned()));
            *self = Self::Text;
            return;
        }
        if !*begun && held.trim().is_empty() && held.len() <= MAX_LEADING_SPACE {
            return;
        }
        let keep = (1..CLOSE.len())
            .rev()
            .find(|length| CLOSE.get(..*length).is_some_and(|tag| held.ends_with(tag)))
            .unwrap_or(0);
        if !*begun && held.trim_start().len() == keep {
            return;
        }
        *begun = true;
        let rest = held.split_off(held.len().saturating_sub(keep));
        push(out, Segment::Reasoning(std::mem::replace(held, rest)));
    }

    /// Ends the search for tags and appends what is held.
    pub(super) fn finish(&mut self, out: &mut Vec<Segment>) {
        match std::mem::replace(self, Self::Text) {
            Self::Start(held) => push(out, Segment::Text(held)),
            Self::Inside { held, begun } => {
                if begun || !held.trim().is_empty() {
                    push(out, Segment::Reasoning(held));
                }
            }
            Self::Text => {}
        }
    }
}

fn push(out: &mut Vec<Segment>, segment: Segment) {
    let (Segment::Text(text) | Segment::Reasoning(text)) = &segment;
    if !text.is_empty() {
        out.push(segment);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reasoning and the text of a content that comes in pieces of this many characters.
    fn read(content: &str, size: usize) -> (String, String) {
        let characters: Vec<char> = content.chars().collect();
        let (mut tags, mut out) = (ThinkTags::new(), Vec::new());
        for piece in characters.chunks(size) {
            tags.push(piece.iter().collect(), &mut out);
        }
        tags.finish(&mut out);
        let (mut reasoning, mut text) = (String::new(), String::new());
        for segment in out {
            match segment {
                Segment::Text(piece) => text.push_str(&piece),
                Segment::Reasoning(piece) => reasoning.push_str(&piece),
            }
        }
        (reasoning, text)
    }

    #[test]
    fn tags_are_found_however_the_content_is_split() {
        for (content, reasoning, text) in [
            ("<think>a</think>b", "a", "b"),
            (
                "\n <think>\na <b </th\n</think>\n\nb",
                "\na <b </th\n",
                "\n\nb",
            ),
            ("<think>never closed", "never closed", ""),
            ("<think>cut </thi", "cut </thi", ""),
            ("<think>\n\n</think>\n\nb", "", "\n\nb"),
            ("<think></think>b", "", "b"),
            ("<thin", "", "<thin"),
            ("<thinking>a</thinking>", "", "<thinking>a</thinking>"),
            ("x <think>a</think>", "", "x <think>a</think>"),
            ("  plain", "", "  plain"),
            ("<think>é</think>漢 <think>", "é", "漢 <think>"),
            ("", "", ""),
            ("   ", "", "   "),
        ] {
            for size in 1..=content.len().max(1) {
                let found = read(content, size);
                assert_eq!(
                    found,
                    (reasoning.to_owned(), text.to_owned()),
                    "{content:?} {size}"
                );
            }
        }
    }
}
