//! Base64 that arrives in pieces, each of which may be padded.

const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

fn decode(text: &str, bytes: &mut Vec<u8>) -> Option<()> {
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(())
}

fn encode(bytes: &[u8], text: &mut String) {
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let value = (bits >> (18 - 6 * place)) as usize & 63;
            let letter = ALPHABET.get(value).copied().unwrap_or(b'=');
            text.push(if place > group.len() {
                '='
            } else {
                char::from(letter)
            });
        }
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
