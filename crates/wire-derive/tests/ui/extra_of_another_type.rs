use orouter_wire::Wire;

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Point {
    x: i64,
    extra: Vec<String>,
}

fn main() {}
