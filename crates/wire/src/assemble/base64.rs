//! Base64 that arrives in pieces, each of which may be padded.

use crate::base64::{decode, encode};

/// Appends a piece of base64 so that the whole stays base64, where the text before ends with
/// padding as well. A piece that is not base64 is appended as it is.
pub(super) fn append(text: &mut String, piece: &str) {
    if !text.ends_with('=') {
        text.push_str(piece);
        return;
    }
    let start = text.len().saturating_sub(4);
    let merged = text.get(start..).and_then(|tail| {
        let mut bytes = Vec::with_capacity(piece.len());
        decode(tail, &mut bytes)?;
        decode(piece, &mut bytes)?;
        Some(bytes)
    });
    match merged {
        Some(bytes) => {
            text.truncate(start);
            encode(&bytes, text);
        }
        None => text.push_str(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn pieces_join_to_what_the_whole_encodes_to() {
        for pieces in [
            &["aGVs", "bG8="][..],
            &["aA==", "ZWxsbw=="],
            &["aGU=", "bGxv"],
            &["aA==", "ZQ==", "bA==", "bA==", "bw=="],
        ] {
            let mut text = String::new();
            for piece in pieces {
                append(&mut text, piece);
            }
            assert_eq!(text, "aGVsbG8=", "{pieces:?}");
        }
        let mut text = "aA==".to_owned();
        append(&mut text, "not base64!");
        assert_eq!(text, "aA==not base64!");
    }
}
