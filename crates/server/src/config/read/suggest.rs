//! Suggestions for words that are probably misspelt.

/// Returns the known word that is nearest to `word`, if it is near enough to be meant.
pub(super) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    if word.len() > 64 {
        return None;
    }
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    known
        .into_iter()
        .map(|known| {
            let compared = known.to_ascii_lowercase().replace('-', "_");
            (distance(&word, &compared), known)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Returns `; did you mean "x"?` for the nearest word, or nothing.
pub(super) fn advice<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> String {
    match nearest(word, known) {
        Some(known) => format!("; did you mean {known:?}?"),
        None => String::new(),
    }
}

/// Returns the number of characters to insert, delete, replace or swap with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, l) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut above_left = row;
        for (column, r) in right.iter().enumerate() {
            let above = last.get(column + 1).copied().unwrap_or(usize::MAX - 1);
            let beside = current.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (above_left + usize::from(l != *r))
                .min(above + 1)
                .min(beside + 1);
            let swapped = column.checked_sub(1).and_then(|column| {
                let matches = previous == Some(*r) && right.get(column) == Some(&l);
                before.get(column).filter(|_| matches)
            });
            if let Some(swapped) = swapped {
                cost = cost.min(swapped + 1);
            }
            above_left = above;
            current.push(cost);
        }
        before = std::mem::replace(&mut last, current);
        previous = Some(l);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested() {
        let known = ["base_url", "api_key", "id", "protocol", "zdr"];
        for (word, expected) in [
            ("base_ulr", Some("base_url")),
            ("baseurl", Some("base_url")),
            ("base-url", Some("base_url")),
            ("API_KEY", Some("api_key")),
            ("protcol", Some("protocol")),
            ("zrd", Some("zdr")),
            ("i", None),
            ("ix", None),
            ("listen", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
