mod one {
    pub fn one() {
        super::two::two();
    }
}

mod two {
    pub fn two() {
        super::one::one();
    }
}
