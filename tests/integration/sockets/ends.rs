//! A socket ends with its session, and with no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rocket::futures::{SinkExt, StreamExt};
use rocket::tokio::select;
use rocket::tokio::sync::Notify;
use rocket::{State, get, routes, tokio};
use rocket_login::{Auth, SessionEnd, WsUser, ws};
use tokio_tungstenite::tungstenite::Message;

use super::{Socket, serve, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, Accounts, config, strong};
use crate::wire::{Curl, Server};

pub(super) async fn greeted(server: &Server, who: &Curl) -> Socket {
    let mut socket = Socket::open(server, who, "/ws").await;
    assert_eq!(socket.hear().await, "hello alice");
    socket
}

#[rocket::async_test]
async fn a_logout_in_another_tab_ends_it_within_a_second() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let phone = visitor(&server, "id=1");
    let mut sockets = [
        greeted(&server, &alice).await,
        greeted(&server, &alice).await,
    ];
    let mut other = greeted(&server, &phone).await;
    let began = Instant::now();
    alice.post("/logout", "");
    for socket in &mut sockets {
        socket.assert_ended("logged out").await;
    }
    assert!(began.elapsed() < Duration::from_secs(1));
    other.assert_open().await;
}

#[rocket::async_test]
async fn it_follows_a_confirmed_session_to_its_new_id() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    let before = alice.cookie("session").unwrap().to_string();
    for _ in 0..2 {
        assert_eq!(alice.post("/confirm", "").body, "fresh=true");
        socket.assert_open().await;
    }
    assert_ne!(alice.cookie("session"), Some(before.as_str()));
    alice.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_logout_with_an_old_cookie_ends_it_as_well() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let mut old = alice.clone();
    let mut socket = greeted(&server, &alice).await;
    alice.post("/confirm", "");
    old.post("/logout", "");
    socket.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn a_new_password_ends_all_but_one_s_own() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let phone = visitor(&server, "id=1");
    let bob = visitor(&server, "id=2");
    let mut here = greeted(&server, &alice).await;
    let mut there = greeted(&server, &phone).await;
    let mut other = Socket::open(&server, &bob, "/ws").await;
    assert_eq!(other.hear().await, "hello bob");
    assert_eq!(alice.post("/password/new", "").body, "changed, fresh=true");
    there
        .assert_ended("the user's credentials have changed")
        .await;
    here.assert_open().await;
    other.assert_open().await;
    assert_eq!(here.ask("valid?").await, "true");

    alice.post("/password/newer", "");
    here.assert_open().await;
    alice.post("/logout", "");
    here.assert_ended("logged out").await;
}

#[rocket::async_test]
async fn another_login_in_the_same_browser_ends_it() {
    let server = serve(config());
    for next in ["id=2", "id=1"] {
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        alice.post("/login", next);
        socket
            .assert_ended("another login has taken its place")
            .await;
    }
}

#[rocket::async_test]
async fn a_login_under_way_is_told_by_the_manager() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let bob = visitor(&server, "id=2");
    let mut socket = greeted(&server, &alice).await;
    let mut other = Socket::open(&server, &bob, "/ws").await;
    other.hear().await;
    alice.post("/auth-changed/1", "");
    socket
        .assert_ended("the user's credentials have changed")
        .await;
    other.assert_open().await;
}

#[rocket::async_test]
async fn it_ends_when_nobody_asks_for_a_page_and_writing_makes_no_difference() {
    let server = serve(config());
    let alice = visitor(&server, "id=1");
    let mut anybody = Curl::new(&server);
    let mut socket = greeted(&server, &alice).await;
    for _ in 0..3 {
        anybody.post("/advance/30", "");
        socket.assert_open().await;
    }
    anybody.post("/advance/30", "");
    socket.assert_ended("the session has expired").await;
}

#[rocket::async_test]
async fn a_page_extends_it_until_the_session_is_over_for_good() {
    let server = serve(config());
    let mut alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    for _ in 0..4 {
        alice.post("/advance/90", "");
        assert!(alice.get("/account", "").body.starts_with("alice"));
        socket.assert_open().await;
    }

    let mut permanent = visitor(&server, "id=1&permanent=true");
    let mut socket = greeted(&server, &permanent).await;
    permanent.post("/advance/20159", "");
    socket.assert_open().await;
    permanent.get("/account", "");
    permanent.post("/advance/1", "");
    socket.assert_ended("the session has expired").await;
}

#[rocket::async_test]
async fn a_confirmation_and_a_renewal_extend_it() {
    for path in ["/confirm", "/password/new"] {
        let server = serve(config());
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        // Not yet half of the window, so that the guard alone extends nothing.
        alice.post("/advance/50", "");
        assert_eq!(alice.post(path, "").status, 200);
        alice.post("/advance/110", "");
        socket.assert_open().await;
        alice.post("/advance/10", "");
        socket.assert_ended("the session has expired").await;
    }
}

#[rocket::async_test]
async fn who_was_logged_in_by_force_stays() {
    let server = serve(config());
    let carol = visitor(&server, "id=3&force=true");
    let mut socket = Socket::open(&server, &carol, "/ws").await;
    assert_eq!(socket.hear().await, "hello carol");
    assert_eq!(socket.ask("valid?").await, "true");
}

#[rocket::async_test]
async fn changes_past_the_manager_are_seen_at_the_next_request() {
    for (change, why) in [
        ("delete", "there is no such user any more"),
        ("deactivate", "the user is not active"),
        ("password", "the user's credentials have changed"),
    ] {
        let server = serve(config());
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        alice.post(&format!("/database/1/{change}"), "");
        socket.assert_open().await;
        alice.get("/account", "");
        socket.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn a_handler_can_ask_with_one_load() {
    for (change, why) in [
        ("delete", "there is no such user any more"),
        ("deactivate", "the user is not active"),
        ("password", "the user's credentials have changed"),
    ] {
        let server = serve(config());
        let mut alice = visitor(&server, "id=1");
        let mut socket = greeted(&server, &alice).await;
        let mut twin = greeted(&server, &alice).await;
        alice.get("/loads", "");
        assert_eq!(socket.ask("valid?").await, "true");
        assert_eq!(alice.get("/loads", "").body, "1");

        alice.post("/database/1/fail", "");
        let unavailable = socket.ask("valid?").await;
        assert_eq!(unavailable, "the login cannot be served at the moment");
        socket.assert_open().await;
        alice.post("/database/1/recover", "");

        alice.post(&format!("/database/1/{change}"), "");
        assert_eq!(socket.ask("valid?").await, "false");
        socket.assert_ended(why).await;
        twin.assert_ended(why).await;
    }
}

#[rocket::async_test]
async fn strong_protection_ends_it() {
    let server = serve(strong());
    let alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    let mut thief = alice.clone();
    thief.agent = "another browser";
    thief.get("/account", "");
    socket
        .assert_ended("the session turned up in another browser")
        .await;
}

/// Whether a socket hears of a shutdown.
async fn is_told_of_a_shutdown() -> bool {
    let rocket = app::rocket(config()).mount("/", socket_routes());
    let server = Server::serve(rocket, |figment| figment.merge(("shutdown.grace", 1)));
    let alice = visitor(&server, "id=1");
    let mut socket = greeted(&server, &alice).await;
    server.shut_down();
    match socket.next().await {
        Some(Ok(Message::Close(Some(frame)))) => {
            assert_eq!(u16::from(frame.code), 1001);
            assert_eq!(frame.reason, "the server is shutting down");
            true
        }
        _ => false,
    }
}

#[rocket::async_test]
async fn a_shutdown_is_announced() {
    // Now and then Rocket stops at once, and tells no fairing.
    for _ in 0..6 {
        if is_told_of_a_shutdown().await {
            return;
        }
    }
    panic!("nobody was told");
}

/// What the sockets below leave behind.
#[derive(Default)]
pub(super) struct Traces {
    is_dropped: Arc<AtomicBool>,
    task_ended: Arc<Notify>,
    end: Arc<std::sync::Mutex<Option<SessionEnd>>>,
    ended: Arc<Notify>,
}

struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Waits for something that never happens, while another task reads.
#[get("/absent")]
fn absent<'r>(
    ws: ws::WebSocket,
    user: WsUser<'r, Account>,
    traces: &'r State<Traces>,
) -> ws::Channel<'r> {
    let (is_dropped, task_ended) = (traces.is_dropped.clone(), traces.task_ended.clone());
    user.channel(ws, |stream| async move {
        let _dropped = Dropped(is_dropped);
        let (mut sink, mut source) = stream.split();
        tokio::spawn(async move {
            while source.next().await.is_some() {}
            task_ended.notify_one();
        });
        sink.send("reading".into()).await?;
        std::future::pending().await
    })
}

/// A loop of its own, which says good-bye in its own way.
#[get("/own-loop")]
fn own_loop<'r>(
    ws: ws::WebSocket,
    user: WsUser<'r, Account>,
    traces: &'r State<Traces>,
) -> ws::Channel<'r> {
    ws.channel(move |mut stream| {
        Box::pin(async move {
            stream.send("looping".into()).await?;
            let ended = user.ended();
            tokio::pin!(ended);
            loop {
                select! {
                    end = &mut ended => {
                        *traces.end.lock().unwrap() = Some(end);
                        traces.ended.notify_one();
                        return stream.send("good-bye".into()).await;
                    }
                    message = stream.next() => match message {
                        Some(message) => stream.send(message?).await?,
                        None => return Ok(()),
                    }
                }
            }
        })
    })
}

/// Tries to change the login when no cookie can be sent any more.
#[get("/late")]
fn late<'r>(
    ws: ws::WebSocket,
    user: WsUser<'r, Account>,
    auth: Auth<'r, Account>,
    accounts: &'r State<Accounts>,
) -> ws::Channel<'r> {
    user.channel(ws, move |mut stream| async move {
        let bob = accounts.find(2).unwrap();
        let tries = [
            auth.login(&bob).await.unwrap_err(),
            auth.confirm().await.unwrap_err(),
            auth.renew(&bob).await.unwrap_err(),
            auth.user().await.unwrap_err(),
        ];
        for error in tries {
            stream.send(format!("{:?}", error.kind()).into()).await?;
        }
        let error = auth.logout().await.unwrap_err();
        stream.send(format!("{:?}", error.kind()).into()).await?;
        std::future::pending().await
    })
}

#[rocket::async_test]
async fn it_is_too_late_to_change_a_login_once_it_is_open() {
    let (server, _) = traced();
    let mut alice = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &alice, "/late").await;
    assert_too_late(&mut socket).await;
    assert_eq!(alice.get("/account", "").status, 303);
}

/// Hears what `late` has to say. Nobody is served any longer once it has logged out,
/// which it hears itself only where the store answers at once.
pub(super) async fn assert_too_late(socket: &mut Socket) {
    for _ in 0..4 {
        assert_eq!(socket.hear().await, "TooLate");
    }
    let last = socket.hear().await;
    assert!(["TooLate", "logged out"].contains(&last.as_str()), "{last}");
    if last == "TooLate" {
        socket.assert_ended("logged out").await;
    }
}

pub(super) fn traced() -> (Server, Traces) {
    let traces = Traces::default();
    let managed = Traces {
        is_dropped: traces.is_dropped.clone(),
        task_ended: traces.task_ended.clone(),
        end: traces.end.clone(),
        ended: traces.ended.clone(),
    };
    let rocket = app::rocket(config()).manage(managed);
    let rocket = rocket.mount("/", routes![absent, own_loop, late]);
    (serve_rocket(rocket.mount("/", socket_routes())), traces)
}

#[rocket::async_test]
async fn its_handler_is_dropped_and_its_stream_taken_away() {
    let (server, traces) = traced();
    let mut alice = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &alice, "/absent").await;
    assert_eq!(socket.hear().await, "reading");
    assert!(!traces.is_dropped.load(Ordering::SeqCst));
    alice.post("/logout", "");
    socket.assert_ended("logged out").await;
    assert!(traces.is_dropped.load(Ordering::SeqCst));
    let ended = traces.task_ended.notified();
    tokio::time::timeout(super::LONG, ended).await.unwrap();
}

#[rocket::async_test]
async fn a_loop_of_one_s_own_hears_of_the_end() {
    let (server, traces) = traced();
    let mut alice = visitor(&server, "id=1");
    let mut socket = Socket::open(&server, &alice, "/own-loop").await;
    assert_eq!(socket.hear().await, "looping");
    socket.assert_open().await;
    alice.post("/advance/121", "");
    assert_eq!(socket.hear().await, "good-bye");
    assert_eq!(*traces.end.lock().unwrap(), Some(SessionEnd::Expired));
}
