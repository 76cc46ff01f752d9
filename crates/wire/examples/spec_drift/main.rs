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
//! 3 not modelled; 402 schemas, 35057 positions tried
//! ```
//!
//! The file is an OpenAPI 3.1 description in JSON, of the whole API or of `/responses` alone. The
//! exit status is 0 if the types model all of it, 1 if not, and 2 if the file cannot be used.
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

mod probe;
mod schema;

use std::path::Path;
use std::process::ExitCode;

use probe::Probe;
use schema::Description;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: spec_drift OPENAPI.json");
        return ExitCode::from(2);
    };
    match run(Path::new(&path)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", Path::new(&path).display());
            ExitCode::from(2)
        }
    }
}

/// Prints the findings for a description and returns their number.
fn run(path: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let document = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let description = Description::new(document);

    let probe = Probe::new(&description)?;
    let mut current = "";
    for (schema, element, position) in probe.findings() {
        if schema != current {
            println!("{schema}");
            current = schema;
        }
        println!("  {element} ({position})");
    }
    let count = probe.findings().count();
    println!(
        "{}; {} schemas, {} positions tried",
        match count {
            0 => "all of it is modelled".to_owned(),
            count => format!("{count} not modelled"),
        },
        probe.schemas(),
        probe.tries(),
    );
    Ok(count)
}
