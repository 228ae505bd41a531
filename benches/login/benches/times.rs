//! How long requests and their parts take, each beside what it is built upon, and the
//! ratio of the two. `cargo bench`, in this folder.

#[path = "../../common/mod.rs"]
mod common;
#[path = "../src/work.rs"]
mod work;

use std::hint::black_box;
use std::{env, fs};

use criterion::Criterion;
use rocket::tokio::runtime::Runtime;
use work::{PARTS, REQUESTS, Sites};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    requests(&mut criterion);
    parts(&mut criterion);
    criterion.final_summary();
    REQUESTS.iter().chain(&PARTS).for_each(print_ratio);
}

fn requests(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let sites = runtime.block_on(Sites::new());
    for name in names(&REQUESTS) {
        let (client, visit, status) = sites.visit(name);
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let answer = runtime.block_on(visit.send(client));
                assert_eq!(answer, status);
            });
        });
    }
}

fn parts(criterion: &mut Criterion) {
    for name in names(&PARTS) {
        let mut part = work::part(name).expect(name);
        criterion.bench_function(name, |bencher| bencher.iter(|| assert!(black_box(part()))));
    }
}

/// Both sides of all pairs, each once.
fn names<const N: usize>(pairs: &[(&'static str, &'static str); N]) -> Vec<&'static str> {
    let mut names: Vec<_> = pairs.iter().flat_map(|pair| [pair.1, pair.0]).collect();
    let mut seen = Vec::new();
    names.retain(|name| !seen.contains(name) && { seen.push(*name); true });
    names
}

fn print_ratio((what, basis): &(&str, &str)) {
    if let (Some(time), Some(base)) = (median(what), median(basis)) {
        println!("{what:>20} {time:>10.0} ns, {basis} {base:.0} ns: {:.3}", time / base);
    }
}

/// The results of criterion, in nanoseconds; nothing where it only tried.
fn median(name: &str) -> Option<f64> {
    let target = env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".into());
    let file = format!("{target}/criterion/{name}/new/estimates.json");
    let text = fs::read_to_string(file).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    json["median"]["point_estimate"].as_f64()
}
