//! The contenders on axum, one server each; which one is the first argument.

mod login;

use axum::Router;
use axum::routing::get;

fn common() -> Router {
    Router::new().route("/open", get(async || "ok"))
}

fn contender(name: &str) -> Router {
    match name {
        "axum" => common().route("/protected", get(async || "ok")),
        "axum_login_memory" => login::in_memory(common()),
        "axum_login_signed" => login::in_cookie(common()),
        other => peers::unknown(other),
    }
}

async fn serve(router: Router) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    peers::announce(listener.local_addr()?.port());
    axum::serve(listener, router).await
}

fn main() -> std::io::Result<()> {
    peers::end_with_the_runner();
    let router = contender(&peers::contender());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(serve(router))
}
