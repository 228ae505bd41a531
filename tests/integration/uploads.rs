//! Forms whose login is over when they arrive, on real sockets.

use std::io::Write;

use rocket::data::ToByteUnit;
use rocket::{Data, post, routes};
use rocket_login::{User, login_required};

use crate::app::{self, Account, config};
use crate::wire::{Curl, Reply, Server, connect};

/// More than fits into the buffers of both ends.
const LARGE: usize = 5_000_000;

#[post("/photos", data = "<photo>")]
async fn upload(photo: Data<'_>) -> String {
    let photo = photo.open(10.mebibytes()).into_bytes().await.unwrap();
    format!("{} bytes", photo.len())
}

#[post("/guarded", data = "<photo>")]
async fn guarded(_user: User<Account>, photo: Data<'_>) -> String {
    upload(photo).await
}

fn site() -> Server {
    let photos = login_required::<Account>(routes![upload]);
    let rocket = app::rocket(config()).mount("/", photos);
    Server::serve(rocket.mount("/", routes![guarded]), |figment| figment)
}

fn send(curl: &mut Curl, headers: &str, size: usize) -> Reply {
    let headers = format!("Accept: text/html\r\nContent-Type: image/png\r\n{headers}");
    curl.send("POST", "/photos", &headers, &"x".repeat(size))
}

#[test]
fn a_large_form_of_a_stranger_reaches_the_login_page() {
    let server = site();
    for _ in 0..5 {
        let reply = send(&mut Curl::new(&server), "", LARGE);
        assert_eq!((reply.status, reply.location()), (303, Some("/login")));
    }
}

#[test]
fn a_large_form_of_a_login_arrives_whole() {
    let server = site();
    let mut curl = Curl::new(&server);
    assert_eq!(curl.post("/login", "id=1&fresh=true").status, 303);
    assert_eq!(send(&mut curl, "", LARGE).body, "5000000 bytes");
}

#[test]
fn a_client_that_asks_first_sends_its_form_and_has_the_answer() {
    let server = site();
    let reply = send(&mut Curl::new(&server), "Expect: 100-continue\r\n", LARGE);
    assert!(reply.head.starts_with("HTTP/1.1 100 Continue"), "{reply:?}");
    assert!(
        reply.body.starts_with("HTTP/1.1 303 See Other"),
        "{reply:?}"
    );
}

#[test]
fn a_form_above_every_limit_is_not_read_to_its_end() {
    let server = site();
    let head = format!(
        "POST /photos HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
        server.address,
        1_u64 << 40
    );
    let mut stream = connect(server.address.ip(), server.address);
    stream.write_all(head.as_bytes()).unwrap();
    let part = vec![b'x'; 1 << 20];
    let taken = (0..100).take_while(|_| stream.write_all(&part).is_ok());
    let taken = taken.count();
    assert!((16..60).contains(&taken), "{taken} MiB");
}
