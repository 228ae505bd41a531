//! A connection of its own that hears what nodes tell each other.

use std::convert::Infallible;
use std::time::Duration;

use redis::Client;
use redis::aio::{PubSubSink, PubSubStream};
use rocket::futures::StreamExt;
use rocket::tokio::select;
use rocket::tokio::time::{sleep, timeout};

use crate::store::redis::link::CONNECT;
use crate::store::redis::operations::failed;
use crate::store::{Heard, StoreResult};

/// How often the server is asked whether it is still there.
const INTERVAL: Duration = Duration::from_secs(2);

/// How long it may take to say so.
const ANSWER: Duration = Duration::from_secs(2);

pub(super) async fn listen(
    client: &Client,
    channel: &str,
    hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync),
) -> StoreResult<()> {
    let subscribed = timeout(CONNECT, subscribe(client, channel)).await;
    let (mut sink, mut messages) = subscribed.map_err(|_| SILENT)??;
    hear(Heard::Listening);
    let watch = watch(&mut sink);
    let mut watch = std::pin::pin!(watch);
    loop {
        select! {
            message = messages.next() => {
                let message = message.ok_or("Redis: the connection was lost")?;
                // What is no text was not written by a node.
                if let Ok(text) = str::from_utf8(message.get_payload_bytes()) {
                    hear(Heard::Message(text));
                }
            }
            lost = &mut watch => return lost.map(|never| match never {}),
        }
    }
}

const SILENT: &str = "Redis: no answer in time";

/// It has when this gives them back.
async fn subscribe(client: &Client, channel: &str) -> StoreResult<(PubSubSink, PubSubStream)> {
    let connection = client.get_async_pubsub().await.map_err(failed)?;
    let (mut sink, messages) = connection.split();
    sink.subscribe(channel).await.map_err(failed)?;
    Ok((sink, messages))
}

/// Ends when the server says nothing any more: a connection may be dead for hours
/// before anything but that tells.
async fn watch(sink: &mut PubSubSink) -> StoreResult<Infallible> {
    loop {
        sleep(INTERVAL).await;
        let answer = timeout(ANSWER, sink.ping::<redis::Value>()).await;
        answer.map_err(|_| SILENT)?.map_err(failed)?;
    }
}
