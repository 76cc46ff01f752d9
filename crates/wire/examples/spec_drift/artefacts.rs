//! Findings that are no drift: lines of `artefacts.txt`, each with the reason.

/// Finding that is expected for a description.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Artefact<'a> {
    pub(crate) schema: &'a str,
    pub(crate) element: &'a str,
    pub(crate) reason: &'a str,
}

/// Returns the artefacts of the descriptions whose file names begin with the heading of a section.
///
/// A line `[PREFIX]` begins a section. The other lines are `SCHEMA | ELEMENT | REASON`, empty, or
/// comments that begin with `#`.
pub(crate) fn of_file<'a>(list: &'a str, file: &str) -> Result<Vec<Artefact<'a>>, String> {
    let mut prefix = None;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(list.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(heading) = line.strip_prefix('[') {
            let heading = heading.strip_suffix(']');
            prefix =
                Some(heading.ok_or_else(|| format!("line {number}: a heading ends with `]`"))?);
            continue;
        }
        let prefix = prefix.ok_or_else(|| format!("line {number}: no heading before it"))?;
        let cells: Vec<&str> = line.splitn(3, " | ").map(str::trim).collect();
        let &[schema, element, reason] = &cells[..] else {
            return Err(format!(
                "line {number}: a line is `SCHEMA | ELEMENT | REASON`"
            ));
        };
        if file.starts_with(prefix) {
            found.push(Artefact {
                schema,
                element,
                reason,
            });
        }
    }
    Ok(found)
}

/// Returns the artefacts that are not among the findings: the list has to be corrected.
pub(crate) fn stale<'a, 'b>(
    artefacts: &'b [Artefact<'a>],
    findings: &[(&str, &str, &str)],
) -> Vec<&'b Artefact<'a>> {
    let occurs = |artefact: &Artefact<'_>| {
        findings
            .iter()
            .any(|(schema, element, _)| artefact.is(schema, element))
    };
    let artefacts = artefacts.iter();
    artefacts.filter(|artefact| !occurs(artefact)).collect()
}

impl Artefact<'_> {
    /// Returns `true` if this is the artefact of a finding.
    pub(crate) fn is(&self, schema: &str, element: &str) -> bool {
        self.schema == schema && self.element == element
    }
}
