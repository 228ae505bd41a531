//! The seeds, each through its door.

use std::fs;
use std::path::Path;

use super::*;
use crate::session::{RememberToken, SessionToken};
use crate::sessions::FuzzedRow;
use crate::token::Home;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let files = fs::read_dir(&folder).unwrap();
    let seeds: Vec<_> = files
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(seeds.len() >= 20, "{target}: {}", seeds.len());
    seeds
}

#[test]
fn no_seed_finds_a_way_through_a_cookie_header() {
    seeds("cookie_header")
        .iter()
        .for_each(|data| cookie_header(data));
}

/// Or else those that were made from them would prove nothing.
#[test]
fn the_genuine_seeds_are_tokens() {
    let seed = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        fs::read_to_string(path.join(name)).unwrap()
    };
    let ring = &tokens::RING;
    for (name, home) in [("genuine", Home::Cookie), ("genuine-stored", Home::Store)] {
        let (session, remember) = (
            seed(&format!("session_token/{name}")),
            seed(&format!("remember_token/{name}")),
        );
        assert!(ring.open::<SessionToken>(&session, home).is_some());
        assert!(ring.open::<RememberToken>(&remember, home).is_some());
    }
}

#[test]
fn the_genuine_rows_can_be_read() {
    let rows = seeds("stored_rows");
    let live = rows.iter().filter_map(|row| FuzzedRow::read(row));
    assert!(live.count() >= 10);
}

#[test]
fn no_seed_finds_a_way_through_a_session_token() {
    seeds("session_token")
        .iter()
        .for_each(|data| session_token(data));
}

#[test]
fn no_seed_finds_a_way_through_a_remember_token() {
    seeds("remember_token")
        .iter()
        .for_each(|data| remember_token(data));
}

#[test]
fn no_seed_finds_a_way_through_a_token_of_a_known_browser() {
    let seeds = seeds("known_token");
    let texts = seeds
        .iter()
        .filter_map(|data| std::str::from_utf8(data).ok());
    let genuine = texts.filter(|text| tokens::RING.open_known(text).is_some());
    assert!(genuine.count() >= 1);
    seeds.iter().for_each(|data| known_token(data));
}

#[cfg(feature = "flask")]
#[test]
fn no_seed_finds_a_way_through_a_login_of_another_application() {
    let seeds = seeds("legacy_login");
    let known = &legacy::KNOWN;
    let texts = seeds
        .iter()
        .filter_map(|data| std::str::from_utf8(data).ok());
    let tokens = texts.filter(|text| crate::legacy::open_token(known, text).is_some());
    assert!(tokens.count() >= 3);
    seeds.iter().for_each(|data| legacy_login(data));
}

#[test]
fn no_seed_finds_a_way_through_an_origin_header() {
    seeds("origin_header")
        .iter()
        .for_each(|data| origin_header(data));
}

#[test]
fn no_seed_finds_a_way_through_a_forwarding_header() {
    seeds("forwarding_header")
        .iter()
        .for_each(|data| forwarding_header(data));
}

#[test]
fn no_seed_finds_a_way_through_the_rows_of_a_store() {
    seeds("stored_rows")
        .iter()
        .for_each(|data| stored_rows(data));
}

/// Judged once more by a URL parser as browsers have one.
#[test]
fn no_seed_leads_to_another_site() {
    let here = url::Url::parse("https://app.example/login").unwrap();
    let mut accepted = 0;
    for data in seeds("next") {
        let Some(target) = next(&data) else { continue };
        accepted += 1;
        let there = here.join(target).unwrap();
        assert_eq!(there.origin(), here.origin(), "{target}");
    }
    assert!(accepted >= 8, "{accepted}");
}
