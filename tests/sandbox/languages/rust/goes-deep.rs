fn sum(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 4]);
    if n > 0 { sum(n - 1) + frame[0] } else { 0 }
}

fn main() { println!("{}", sum(1_000_000)); }
