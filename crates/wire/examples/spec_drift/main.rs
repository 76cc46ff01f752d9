//! Lists the parts of a newer API description that the types of this crate do not model.
//!
//! ```text
//! $ cargo run -p orouter-wire --example spec_drift -- openapi.json
//! InputText
//!   member `emphasis`: a string (request /input/0/content/0/emphasis)
//! ServiceTier
//!   value "warp" (response /service_tier)
//! StreamEvents
//!   variant "response.rewound": RewoundEvent (event /type)
//! openapi.json: 3 not modelled; 0 artefacts, 402 schemas, 35057 positions tried
//! ```
//!
//! A file is an OpenAPI 3.1 description in JSON, of the whole API or of `/responses` alone. Several
//! can be named. The exit status is 0 if the types model all of them, 1 if not, and 2 if a file
//! cannot be used.
//!
//! A finding that is an artefact of a description is a line of `artefacts.txt`, with the reason. It is
//! not printed. A line there that does not occur any more is an error, with the exit status 1.
//!
//! The program walks through every schema of `POST /responses` (the request, the body, the events,
//! the errors), at every position where the schema is used. For each member, variant, enum value
//! and type it builds the smallest instance that contains it and decodes the instance with this
//! crate. If a value on the way to the position is kept untyped, the element is reported once and
//! not walked into.
//!
//! To fix a reported line:
//!
//! * `member`: add a field to the struct. Document its meaning, unit, range and default.
//! * `value`: add a variant to the string enum.
//! * `variant`: add a variant to the union, with a struct for it if none fits.
//! * `type`: the member now accepts another JSON type: make the field an untagged enum.
//! * `numbers up to`: the schema's bound is outside of the field's type: use a wider type.
//!
//! The name on the left is the schema. `docs/design/wire-types.md` lists the types that model each
//! schema; the position on the right identifies the type if there are several. Add new types to
//! that table. Then run the program again, and `.ci/conformance`.
//!
//! Keywords next to a reference, a union or a list of types are read too, and so are unions in an
//! `allOf`, `prefixItems` and `patternProperties`.
//!
//! The program does not detect: members that became stricter or were removed (the types accept more
//! than they need), a changed meaning under the same name, names that this crate models as plain
//! text (providers), numbers that grew without a bound in the schema, other endpoints, headers and
//! query parameters.

mod artefacts;
mod probe;
mod schema;

use std::path::Path;
use std::process::ExitCode;

use probe::Probe;
use schema::Description;

const ARTEFACTS: &str = include_str!("artefacts.txt");

fn main() -> ExitCode {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    if paths.is_empty() {
        eprintln!("usage: spec_drift OPENAPI.json..");
        return ExitCode::from(2);
    }
    let (mut count, mut unusable) = (0, false);
    for path in &paths {
        let path = Path::new(path);
        match run(path) {
            Ok(found) => count += found,
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                unusable = true;
            }
        }
    }
    match (unusable, count) {
        (true, _) => ExitCode::from(2),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::FAILURE,
    }
}

/// Prints the findings for a description, and the artefacts that do not occur. Returns their number.
fn run(path: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let document = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let description = Description::new(document);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let artefacts =
        artefacts::of_file(ARTEFACTS, &name).map_err(|error| format!("artefacts.txt, {error}"))?;

    let probe = Probe::new(&description)?;
    let findings: Vec<_> = probe.findings().collect();
    let is_artefact = |schema: &str, element: &str| {
        let mut artefacts = artefacts.iter();
        artefacts.any(|artefact| artefact.is(schema, element))
    };
    let (mut current, mut count) = ("", 0);
    for &(schema, element, position) in &findings {
        if is_artefact(schema, element) {
            continue;
        }
        if schema != current {
            println!("{schema}");
            current = schema;
        }
        println!("  {element} ({position})");
        count += 1;
    }
    let stale = artefacts::stale(&artefacts, &findings);
    for artefact in &stale {
        println!(
            "artefacts.txt: remove the line, it does not occur: {} | {} | {}",
            artefact.schema, artefact.element, artefact.reason
        );
    }
    println!(
        "{name}: {}; {} artefacts, {} schemas, {} positions tried",
        match count {
            0 => "all of it is modelled".to_owned(),
            count => format!("{count} not modelled"),
        },
        findings.len() - count,
        probe.schemas(),
        probe.tries(),
    );
    Ok(count + stale.len())
}
