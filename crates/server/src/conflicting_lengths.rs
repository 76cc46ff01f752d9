//! Finds requests with both `Content-Length` and `Transfer-Encoding`. hyper removes the former, so
//! that only the bytes of the head show it.

/// Maximum size of a head that is examined, in bytes. hyper refuses much larger ones.
const HEAD_BYTES: usize = 64 * 1024;

/// An extension of requests whose head has both headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConflictingLengths;

/// The received part of the next request head on a connection.
#[derive(Debug, Default)]
pub(crate) struct RequestHead {
    bytes: Vec<u8>,
    complete: bool,
}

impl RequestHead {
    /// Expects another head, because a response has begun.
    pub(crate) fn restart(&mut self) {
        self.bytes = Vec::new();
        self.complete = false;
    }

    /// Adds bytes that were read. Returns `true` if they complete a head with both headers.
    pub(crate) fn push(&mut self, read: &[u8]) -> bool {
        if self.complete {
            return false;
        }
        // Most heads arrive in one read, and are not copied.
        if self.bytes.is_empty()
            && let Some(both) = has_both(read)
        {
            self.complete = true;
            return both;
        }
        let room = HEAD_BYTES.saturating_sub(self.bytes.len()).min(read.len());
        self.bytes
            .extend_from_slice(read.get(..room).unwrap_or_default());
        let both = has_both(&self.bytes);
        self.complete = both.is_some() || self.bytes.len() >= HEAD_BYTES;
        if self.complete {
            self.bytes = Vec::new();
        }
        both == Some(true)
    }
}

/// Returns `true` if the head that these bytes begin with has both headers. `None` if the head is
/// not complete.
fn has_both(bytes: &[u8]) -> Option<bool> {
    let (mut length, mut coding) = (false, false);
    let mut rest = bytes;
    let mut first = true;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, after) = rest.split_at_checked(end + 1)?;
        if line == b"\r\n" && !first {
            return Some(length && coding);
        }
        length |= !first && is_header(line, b"content-length");
        coding |= !first && is_header(line, b"transfer-encoding");
        first = false;
        rest = after;
    }
}

/// Returns `true` if the line has a header with this name.
fn is_header(line: &[u8], name: &[u8]) -> bool {
    line.split_at_checked(name.len())
        .is_some_and(|(start, rest)| {
            rest.first() == Some(&b':') && start.eq_ignore_ascii_case(name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_headers_in_either_order_and_across_reads() {
        let both = "POST / HTTP/1.1\r\nContent-Length: 2\r\nhost: a\r\nTRANSFER-encoding: chunked\r\n\r\nbody";
        let reversed = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n";
        for text in [both, reversed] {
            assert!(RequestHead::default().push(text.as_bytes()));
            let mut head = RequestHead::default();
            assert!(text.as_bytes().chunks(1).any(|byte| head.push(byte)));
        }
        let mut head = RequestHead::default();
        for text in [
            "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nx: content-length\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\ntransfer-encoding: x\r\n\r\n",
        ] {
            assert!(!head.push(text.as_bytes()), "{text}");
            assert!(!head.push(both.as_bytes()), "the text is a body");
            head.restart();
        }
        assert!(head.push(both.as_bytes()));
    }
}
