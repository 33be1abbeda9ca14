//! Encodes the lines of standard input on one thread: `encode_timing MODEL query|passage OUT`.
//!
//! Writes the vectors to OUT as little-endian `f32` and prints the CPU seconds that encoding took, the reading of the model
//! left out. `benchmarks/encoder/compare.py` sets this beside the C engine of the model's own package.

use std::io::{BufRead as _, Write as _};

use matching::encoder::{Encoder, Side};

/// Ticks of `/proc/self/stat` in a second, on every Linux that matters.
const TICKS: f64 = 100.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, side, out] = arguments.as_slice() else { return Err("encode_timing MODEL query|passage OUT".into()) };
    let side = if side == "query" { Side::Query } else { Side::Passage };
    let encoder = Encoder::from_bytes(&std::fs::read(model)?)?;
    let texts = std::io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let before = cpu_seconds()?;
    let vectors = pool.install(|| encoder.encode(&texts, side));
    println!("{:.2}", cpu_seconds()? - before);
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    vectors.into_numbers().iter().try_for_each(|number| file.write_all(&number.to_le_bytes()))?;
    Ok(())
}

/// CPU time of this process so far, all threads.
fn cpu_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // User and system time are the 14th and 15th fields; the name was the second.
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS)
}
