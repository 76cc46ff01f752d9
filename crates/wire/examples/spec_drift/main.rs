//! What a newer description of the API names and the types of this crate do not model yet.
//!
//! ```text
//! $ cargo run -p orouter-wire --example spec_drift -- openapi.json
//! InputText
//!   member `emphasis`: a string (request /input/0/content/0/emphasis)
//! ServiceTier
//!   value "warp" (response /service_tier)
//! StreamEvents
//!   variant "response.rewound": RewoundEvent (event /type)
//! 3 not modelled yet; 402 schemas, 35057 places tried
//! ```
//!
//! The file is an OpenAPI 3.1 description in JSON, of the whole API or of `/responses` alone. Its
//! exit status is 0 when the types model all of it, 1 when not, 2 when the file cannot be used.
//!
//! How it knows: starting from what `POST /responses` takes and gives (the request, the body, the
//! events, the errors), it walks through every schema, everywhere that the schema is used. At each
//! member, variant, enum value and type it makes the smallest instance that has it, decodes that
//! with this crate, and asks whether anything was kept untyped on the way to that place. What is
//! not modelled is told once and not walked into.
//!
//! What to do with a line:
//!
//! * `member`: add a field to the struct. Its doc says what it means, units, ranges, the default.
//! * `value`: add a variant to the string enum.
//! * `variant`: add a variant to the union, with a struct for it if none fits.
//! * `type`: the member takes another JSON type now: make the field an untagged enum.
//! * `numbers up to`: the schema's bound lies outside of the field's type: make that wider.
//!
//! The name on the left is the schema that says so. The docs of a type name the schemas that it
//! stands for: search `crates/wire/src` for the name. Where the same schema stands for several
//! types, the place on the right tells which is meant. Then run it again, and `.ci/conformance`.
//!
//! It reads what stands beside a reference, a union or a list of types too, unions in an `allOf`,
//! lists by place (`prefixItems`) and members by pattern (`patternProperties`).
//!
//! What it does not see: what became stricter or went away (the types keep more than they need),
//! meanings that changed under the same name, names of what is a plain text here (providers),
//! numbers that grew without a bound in the schema, other endpoints, headers and query parameters.

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
        Err(why) => {
            eprintln!("{}: {why}", Path::new(&path).display());
            ExitCode::from(2)
        }
    }
}

/// How many things are not modelled.
fn run(path: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let document = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let description = Description::new(document);

    let probe = Probe::new(&description)?;
    let mut about = "";
    for (schema, what, place) in probe.findings() {
        if schema != about {
            println!("{schema}");
            about = schema;
        }
        println!("  {what} ({place})");
    }
    let count = probe.findings().count();
    println!(
        "{}; {} schemas, {} places tried",
        match count {
            0 => "all of it is modelled".to_owned(),
            count => format!("{count} not modelled yet"),
        },
        probe.schemas(),
        probe.tries(),
    );
    Ok(count)
}
