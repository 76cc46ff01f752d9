use crate::right::two;

pub fn one() {
    two();
}
