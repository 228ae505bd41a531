//! Waiting for what an application does, but not for ever.

use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that is given up when its time is over: `None`.
///
/// What answers at once costs nothing: the timer, and the room for it, are made when
/// the future is found to be waiting.
pub(crate) struct Within<F, M, T> {
    future: F,
    timer: M,
    waiting: Option<Pin<Box<T>>>,
}

/// `future` until what `timer` makes is done.
pub(crate) fn within<F, M, T>(future: F, timer: M) -> Within<F, M, T>
where
    F: Future + Unpin,
    M: Fn() -> T + Unpin,
    T: Future<Output = ()>,
{
    Within {
        future,
        timer,
        waiting: None,
    }
}

impl<F, M, T> Future for Within<F, M, T>
where
    F: Future + Unpin,
    M: Fn() -> T + Unpin,
    T: Future<Output = ()>,
{
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Poll::Ready(output) = Pin::new(&mut this.future).poll(context) {
            return Poll::Ready(Some(output));
        }
        let timer = this.waiting.get_or_insert_with(|| Box::pin((this.timer)()));
        timer.as_mut().poll(context).map(|()| None)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::task::{Poll, Waker};

    use rocket::futures::channel::oneshot;

    use super::*;

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn what_answers_at_once_makes_no_timer() {
        let timer = || -> std::future::Ready<()> { panic!("nobody has to wait") };
        let mut answer = pin!(within(ready(7), timer));
        assert_eq!(poll(answer.as_mut()), Poll::Ready(Some(7)));
    }

    #[test]
    fn what_answers_in_time_has_one_timer_however_often_it_is_asked() {
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
    fn what_hangs_is_given_up_when_its_time_is_over() {
        let over = Cell::new(false);
        let timer = || {
            std::future::poll_fn(|_| match over.get() {
                true => Poll::Ready(()),
                false => Poll::Pending,
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
}
