pub fn three() {
    println!("{:?}", crate::left::four());
}
