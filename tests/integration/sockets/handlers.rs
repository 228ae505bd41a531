//! The handler of a socket learns of its end, and may still write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::futures::{SinkExt, StreamExt};
use rocket::tokio::select;
use rocket::tokio::sync::Notify;
use rocket::{State, get, routes, tokio};
use rocket_login::{Auth, SessionEnd, WsUser, ws};

use super::{Socket, serve_rocket, socket_routes, visitor};
use crate::app::{self, Account, Accounts, config};
use crate::wire::Server;

/// The traces that the sockets below leave.
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
            auth.confirm_as(&bob).await.unwrap_err(),
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

/// Hears what `late` has to say. After its own logout no socket is served, even if the store
/// answers late.
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
