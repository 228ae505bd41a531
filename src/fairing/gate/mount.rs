//! Mounting the gates before all other routes.

use std::sync::{Arc, Mutex};

use rocket::http::Method;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Build, Ignite, Phase, Rocket, Route, Sentinel, get, routes};

use crate::fairing::gate::check;
use crate::guard::gate::at_gate;
use crate::lock::lock;
use crate::rules::gate::Gate;
use crate::user::AuthUser;

/// Every method that Rocket routes.
const METHODS: [Method; 9] = [
    Method::Get,
    Method::Put,
    Method::Post,
    Method::Delete,
    Method::Options,
    Method::Head,
    Method::Trace,
    Method::Connect,
    Method::Patch,
];

/// Mounts a gate. Each gate has a rank of its own: two routes of one rank would collide.
pub(crate) fn mount<U: AuthUser>(
    rocket: Rocket<Build>,
    gate: Gate,
    open: Vec<String>,
) -> (Rocket<Build>, Result<(), String>) {
    let rocket = match rocket.state::<Gates>() {
        Some(_) => rocket,
        None => rocket.manage(Gates::default()),
    };
    let gate = Arc::new(gate);
    match add(&rocket, &gate, open) {
        Ok(rank) => (rocket.mount("/", routes::<U>(&gate, rank)), Ok(())),
        Err(why) => (rocket, Err(why)),
    }
}

/// Makes the routes of a gate. They come from a macro, which alone attaches sentinels.
fn routes<U: AuthUser>(gate: &Arc<Gate>, rank: isize) -> Vec<Route> {
    let routes = METHODS.into_iter().flat_map(|method| {
        routes![login_gate].into_iter().map(move |mut route| {
            (route.method, route.rank) = (method, rank);
            route.handler = at_gate::<U>(gate.clone());
            route
        })
    });
    routes.collect()
}

/// Adds a gate, and returns its rank.
fn add(rocket: &Rocket<Build>, gate: &Arc<Gate>, open: Vec<String>) -> Result<isize, String> {
    let Some(gates) = rocket.state::<Gates>() else {
        return Err("managed state got lost".into());
    };
    let mut gates = lock(&gates.0);
    if let Some((other, _)) = gates.iter().find(|(other, _)| other.shares(gate)) {
        return Err(format!(
            "the login managers `{}` and `{}` close the same paths: close others, or let one \
             open what the other closes, with `.open_below(…)`",
            other.table, gate.table
        ));
    }
    let rank = first_free(gates.len());
    check::rank(rocket.routes(), rank)?;
    gates.push((gate.clone(), open));
    Ok(rank)
}

/// Returns the lowest rank that no gate has.
fn first_free(gates: usize) -> isize {
    isize::MIN.saturating_add_unsigned(gates)
}

#[get("/<_..>")]
fn login_gate(_checked: Checked) {}

/// The sentinel of the gates: it sees all routes of the application.
struct Checked;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Checked {
    type Error = ();

    async fn from_request(_: &'r Request<'_>) -> request::Outcome<Self, ()> {
        Outcome::Success(Self)
    }
}

impl Sentinel for Checked {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        let gates = rocket.state::<Gates>().map(|gates| lock(&gates.0).clone());
        let routes: Vec<&Route> = own_routes(rocket).collect();
        let checked = gates.iter().flatten().try_for_each(|(gate, open)| {
            check::settle(&routes, gate, open).inspect_err(|why| {
                rocket::error!("The login manager `{}` cannot close the site:", gate.table);
                rocket::error_!("{why}.");
            })
        });
        checked.is_err()
    }
}

/// The gates of all realms, with the routes that each has to open.
#[derive(Default)]
pub(crate) struct Gates(Mutex<Vec<(Arc<Gate>, Vec<String>)>>);

/// Returns the gates of all realms.
pub(super) fn gates<P: Phase>(rocket: &Rocket<P>) -> Vec<Arc<Gate>> {
    let gates = rocket.state::<Gates>().map(|gates| lock(&gates.0).clone());
    gates.into_iter().flatten().map(|(gate, _)| gate).collect()
}

/// Returns the routes of the application. None of them has the rank of a gate: Rocket would
/// refuse it, since a gate has every path.
pub(super) fn own_routes<P: Phase>(rocket: &Rocket<P>) -> impl Iterator<Item = &Route> {
    let own = first_free(gates(rocket).len());
    rocket.routes().filter(move |route| route.rank >= own)
}
