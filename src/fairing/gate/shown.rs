//! What is open, for the log and for tests.

use rocket::{Phase, Rocket};

use crate::config::Settings;
use crate::fairing::gate::mount::{gates, own_routes};
use crate::rules::gate::{Pattern, Reach};

/// Logs what one gate closes, and the routes that are open all the same.
pub(crate) fn log<P: Phase>(rocket: &Rocket<P>, settings: &Settings) {
    let gates = gates(rocket);
    let Some(gate) = gates.iter().find(|gate| gate.table == settings.table) else {
        return;
    };
    for closed in &gate.closed {
        rocket::info_!("closed: {closed}");
    }
    for (line, pattern) in open(rocket) {
        if gate.closes(&pattern) {
            rocket::info_!("open: {line}");
        }
    }
}

/// Lists the routes that strangers reach, as lines in order.
pub(crate) fn open_routes<P: Phase>(rocket: &Rocket<P>) -> Vec<String> {
    open(rocket).into_iter().map(|(line, _)| line).collect()
}

fn open<P: Phase>(rocket: &Rocket<P>) -> Vec<(String, Pattern)> {
    let gates = gates(rocket);
    let open = own_routes(rocket).filter_map(|route| {
        let pattern = Pattern::of_route(route.uri.path());
        let reach = gates.iter().map(|gate| gate.reach(route.method, &pattern));
        let in_part = match reach.min().unwrap_or(Reach::All) {
            Reach::Nothing => return None,
            Reach::Part => " in part",
            Reach::All => "",
        };
        Some((format!("{} {}{in_part}", route.method, route.uri), pattern))
    });
    let mut open: Vec<_> = open.collect();
    open.sort_by(|(one, _), (other, _)| one.cmp(other));
    open
}
