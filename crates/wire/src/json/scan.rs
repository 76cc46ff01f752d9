//! The scan for the end of the plain characters of a string, eight bytes or more at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first place from `from` on that holds a quote, a backslash or a control character,
/// or the length of the text.
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    // Names and most values end within the first words; the loop over blocks is for texts.
    for _ in 0..4 {
        let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
            return at + tail(bytes, at);
        };
        let hits = specials(u64::from_le_bytes(*word));
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    long_plain_end(bytes, at)
}

/// Number of bytes that [`copy_plain`] appends before it knows how many of them are plain.
pub(super) const COPIED_AT_ONCE: usize = 8;

/// Appends the plain characters from `from` on, and returns the place behind them.
#[inline(always)]
pub(super) fn copy_plain(bytes: &[u8], from: usize, out: &mut Vec<u8>) -> usize {
    let mut at = from;
    for _ in 0..8 {
        let Some(word) = bytes
            .get(at..)
            .and_then(<[u8]>::first_chunk::<COPIED_AT_ONCE>)
        else {
            let end = at + tail(bytes, at);
            out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
            return end;
        };
        // To copy a whole word and to take back its end is faster than to copy a part of it.
        out.extend_from_slice(word);
        let hits = specials(u64::from_le_bytes(*word));
        if hits != 0 {
            let plain = (hits.trailing_zeros() / 8) as usize;
            out.truncate(out.len() - (COPIED_AT_ONCE - plain));
            return at + plain;
        }
        at += COPIED_AT_ONCE;
    }
    let end = long_plain_end(bytes, at);
    out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
    end
}

/// The end of the plain characters of a text that has been plain for a while.
#[inline(never)]
fn long_plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    // Without a way out in its middle, this becomes vector instructions.
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<32>) {
        if block.iter().fold(false, |hit, byte| hit | special(*byte)) {
            break;
        }
        at += 32;
    }
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let hits = specials(u64::from_le_bytes(*word));
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + tail(bytes, at)
}

/// Offset of the first special byte in the rest of the text, or the length of the rest.
#[inline]
fn tail(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter()
        .position(|byte| special(*byte))
        .unwrap_or(rest.len())
}

/// Eight bytes at once: the high bit of each byte that is special. A borrow can spoil the bytes
/// above a hit, never the lowest hit, which is the one that counts.
#[inline]
fn specials(word: u64) -> u64 {
    // XOR with 2 takes the quote (0x22) to 0x20, next to the control characters, and the
    // space out of its way.
    let quote_or_control = (word ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
    let backslash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (quote_or_control | backslash) & !word & HIGH
}

#[inline]
pub(super) fn special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::{plain_end, special};

    #[test]
    fn finds_the_first_special_byte_at_every_offset() {
        for length in 0..40 {
            for place in 0..length {
                for byte in [b'"', b'\\', 0, 0x1f, b'\n'] {
                    let mut text = "aé\u{7f} !#[]~€xyzABC0123456789abcdefghijklmnop".as_bytes()
                        [..length]
                        .to_vec();
                    text[place] = byte;
                    let naive = text.iter().position(|b| special(*b)).unwrap_or(length);
                    assert_eq!(plain_end(&text, 0), naive);
                }
            }
            let plain = vec![0xff; length];
            assert_eq!(plain_end(&plain, 0), length);
        }
        assert_eq!(plain_end(b"abc", 9), 9);
        for byte in 0..=255 {
            for place in 0..100 {
                let mut text = [b'a'; 100];
                text[place] = byte;
                let expected = if special(byte) { place } else { 100 };
                assert_eq!(plain_end(&text, 0), expected, "{byte} at {place}");
                text[99] = b'"';
                assert_eq!(plain_end(&text, 0), expected.min(99), "{byte} at {place}");
            }
        }
    }
}
