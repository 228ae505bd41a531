//! Tests of waiting with a limit, and of the clock.

use std::cell::Cell;
use std::future::{pending, ready};
use std::pin::pin;
use std::task::{Context, Waker};

use rocket::futures::FutureExt;
use rocket::futures::channel::oneshot;

use super::*;

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn an_answer_at_once_makes_no_timer() {
    let timer = || -> std::future::Ready<()> { panic!("no wait is needed") };
    let mut answer = pin!(within(ready(7), timer));
    assert_eq!(poll(answer.as_mut()), Poll::Ready(Some(7)));
}

#[test]
fn a_wait_has_one_timer_however_often_it_is_polled() {
    let timers = Cell::new(0);
    let timer = || {
        timers.set(timers.get() + 1);
        pending()
    };
    let (say, heard) = oneshot::channel();
    let mut answer = pin!(within(heard, timer));
    for _ in 0..3 {
        assert_eq!(poll(answer.as_mut()), Poll::Pending);
    }
    say.send(7).unwrap();
    assert_eq!(poll(answer.as_mut()), Poll::Ready(Some(Ok(7))));
    assert_eq!(timers.get(), 1);
}

#[test]
fn a_future_that_hangs_is_given_up_when_its_time_is_over() {
    let over = Cell::new(false);
    let timer = || {
        std::future::poll_fn(|_| {
            if over.get() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
    };
    let mut answer = pin!(within(pending::<()>(), timer));
    assert_eq!(poll(answer.as_mut()), Poll::Pending);
    over.set(true);
    assert_eq!(poll(answer.as_mut()), Poll::Ready(None));
}

#[test]
fn an_answer_at_the_last_moment_counts() {
    let (say, heard) = oneshot::channel();
    let mut answer = pin!(within(heard, || ready(())));
    say.send(7).unwrap();
    assert_eq!(poll(answer.as_mut()), Poll::Ready(Some(Ok(7))));
}

#[test]
fn it_is_woken_by_its_timer() {
    rocket::async_test(async {
        let (ring, bell) = oneshot::channel::<()>();
        let bell = Cell::new(Some(bell));
        let timer = || {
            let bell = bell.take();
            async move { bell.unwrap().await.unwrap() }
        };
        let waiting = within(pending::<()>(), timer);
        let ringing = async { ring.send(()).unwrap() };
        assert_eq!(rocket::tokio::join!(waiting, ringing).0, None);
    });
}

#[test]
fn a_wait_ends_by_itself() {
    rocket::async_test(Clock::default().wait(Duration::from_millis(1)));
}

#[test]
fn a_wait_ends_when_the_clock_is_set_to_its_end_and_not_before() {
    rocket::async_test(async {
        let clock = Clock::default();
        clock.set(Timestamp::from_secs(1000));
        let mut wait = Box::pin(clock.wait(Duration::from_secs(60)));
        assert_eq!(wait.as_mut().now_or_never(), None);
        clock.set(Timestamp::from_secs(1059));
        assert_eq!(wait.as_mut().now_or_never(), None);
        clock.set(Timestamp::from_secs(1060));
        wait.await;
    });
}
