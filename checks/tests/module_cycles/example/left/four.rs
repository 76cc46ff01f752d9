pub fn four() {}
