//! Customers and staff in one shop: two types, two tables of settings, two login pages, two
//! cookies. A login of one kind is nothing to the other, and a browser may hold both at once.
//! `cargo run --example two_kinds`, then http://127.0.0.1:8000/ says which names log in.

mod customers;
mod page;
mod password;
mod staff;

use rocket::figment::{
    Figment,
    providers::{Format, Toml},
};
use rocket::{Build, Rocket, get, routes};
use rocket_login::{LoginManager, MaybeUser, User};

use customers::Customer;
use page::Page;
use staff::Clerk;

/// For all visitors.
#[get("/")]
fn home(customer: MaybeUser<Customer>, clerk: MaybeUser<Clerk>) -> Page {
    let customer = customer.as_ref().map_or("nobody", |known| known.name);
    let clerk = clerk.as_ref().map_or("nobody", |known| known.name);
    let text = format!(
        "As a customer you are {customer}, as a clerk {clerk}. Customers such as carol (marigold) \
         see /orders, clerks such as dave (ledger) /staff/orders, and who is both /staff/discount."
    );
    Page::of("A shop", &text)
}

/// For who is both: the first guard that fails says where to log in.
#[get("/staff/discount")]
fn discount(clerk: User<Clerk>, customer: User<Customer>) -> Page {
    let text = format!("{} buys at a discount as {}.", clerk.name, customer.name);
    Page::of("Discount", &text)
}

pub(crate) fn rocket(figment: Figment) -> Rocket<Build> {
    // Joined, so that it only fills gaps. In an application of its own, Rocket reads the file.
    let settings = Toml::string(include_str!("Rocket.toml")).nested();
    rocket::custom(figment.join(settings))
        .attach(LoginManager::fairing(customers::load))
        .attach(LoginManager::fairing(staff::load).table("staff_login"))
        .mount("/", routes![home, discount])
        .mount("/", customers::routes())
        .mount("/staff", staff::routes())
        .register("/", customers::catchers())
        .register("/staff", staff::catchers())
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment()).launch().await?;
    Ok(())
}
