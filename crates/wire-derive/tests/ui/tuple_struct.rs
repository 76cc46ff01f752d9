use orouter_wire::Wire;

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Point(i64, i64);

fn main() {}
