use orouter_wire::Wire;

#[derive(Clone, Copy, Wire)]
union Point {
    x: i64,
    y: u64,
}

fn main() {}
