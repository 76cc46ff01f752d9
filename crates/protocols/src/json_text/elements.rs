//! [`elements`]: the elements of an array, found in its text.

use orouter_wire::json::Parser;

/// Returns the texts of the elements of an array. `None` if the text is not one array.
#[must_use]
pub fn elements(text: &str) -> Option<Vec<&str>> {
    let mut parser = Parser::new(text);
    parser.array().ok()?;
    let mut list = Vec::new();
    while parser.element(list.is_empty()).ok()? {
        list.push(parser.raw().ok()?);
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_text() {
        assert_eq!(elements("[]"), Some(Vec::new()));
        let text = "[ 1.50 , {\"a\" : [2]},\"é\\u0041\" ]";
        assert_eq!(
            elements(text).unwrap(),
            ["1.50", "{\"a\" : [2]}", "\"é\\u0041\""]
        );
        for text in ["", "{}", "[1", "[1,]", "[,]", "[1 2]"] {
            assert_eq!(elements(text), None, "{text}");
        }
    }
}
