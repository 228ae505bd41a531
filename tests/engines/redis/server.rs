//! A Redis server of a test's own.

use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use rocket::tokio::time::sleep;
use rocket_login::store::RedisStore;

use crate::process::{Folder, Process, free_port};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program of Debian's package.
const DEBIAN: &str = "redis-server";

/// A server that keeps what it has acknowledged, and can be killed and started again
/// at the same address.
pub(crate) struct Server {
    process: Process,
    program: String,
    port: u16,
    password: Option<String>,
    options: Vec<String>,
    folder: Folder,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// One of Debian's version, and one of the oldest that the store takes.
    pub(crate) async fn start_each() -> [Self; 2] {
        let oldest = env::var("ROCKET_LOGIN_REDIS_6");
        let oldest = oldest.expect("ROCKET_LOGIN_REDIS_6 should name what scripts/redis-6 prints");
        [
            Self::start_as(DEBIAN, None, &[]).await,
            Self::start_as(&oldest, None, &[]).await,
        ]
    }

    /// With these options besides, such as `["--maxmemory", "3mb"]`.
    pub(crate) async fn start_with(options: &[&str]) -> Self {
        Self::start_as(DEBIAN, None, options).await
    }

    pub(crate) async fn start_with_password(password: &str) -> Self {
        let options = ["--requirepass", password];
        Self::start_as(DEBIAN, Some(password), &options).await
    }

    /// A replica of this one, of the same version, which has all that this one has.
    pub(crate) async fn start_replica(&self) -> Self {
        let replica = Self::start_as(&self.program, None, &[]).await;
        replica.follow(Some(self.port)).await;
        let start = Instant::now();
        let is_up = "master_link_status:up";
        while !replica
            .ask::<String>(&["INFO", "replication"])
            .await
            .contains(is_up)
        {
            assert!(start.elapsed() < PATIENCE, "it does not follow");
            sleep(Duration::from_millis(20)).await;
        }
        replica
    }

    /// Makes it a replica of the server at this port, or the primary.
    pub(crate) async fn follow(&self, port: Option<u16>) {
        let port = port.map(|port| port.to_string());
        let whom = port
            .as_ref()
            .map_or(["NO", "ONE"], |port| ["127.0.0.1", port]);
        self.ask::<()>(&["REPLICAOF", whom[0], whom[1]]).await;
    }

    async fn start_as(program: &str, password: Option<&str>, options: &[&str]) -> Self {
        let folder = Folder::new("redis");
        let options: Vec<_> = options.iter().map(ToString::to_string).collect();
        let port = free_port();
        let mut server = Self {
            process: spawn(program, port, &options, &folder),
            program: program.into(),
            port,
            password: password.map(Into::into),
            options,
            folder,
        };
        server.wait_until_it_answers().await;
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(crate) fn url(&self) -> String {
        let password = self.password.as_deref();
        let user = password.map(|password| format!(":{password}@"));
        let user = user.unwrap_or_default();
        format!("redis://{user}127.0.0.1:{}/", self.port)
    }

    pub(crate) async fn store(&self) -> RedisStore {
        RedisStore::connect(&self.url()).await.unwrap()
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, with what it has kept, and does not wait for it.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.process = spawn(&self.program, self.port, &self.options, &self.folder);
    }

    /// Has it do nothing, with all its connections open.
    pub(crate) fn stop(&self) {
        self.process.signal("STOP");
    }

    pub(crate) fn go_on(&self) {
        self.process.signal("CONT");
    }

    /// Waits for it to take commands.
    pub(crate) async fn wait_until_it_answers(&mut self) {
        let start = Instant::now();
        while self.try_ask(&["PING"]).await.is_err() {
            let is_late = self.process.has_ended() || start.elapsed() > PATIENCE;
            assert!(!is_late, "redis-server says: {}", self.said());
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    async fn try_ask(&self, command: &[&str]) -> ::redis::RedisResult<::redis::Value> {
        let client = ::redis::Client::open(self.url())?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        let (name, arguments) = command.split_first().unwrap();
        let mut asked = ::redis::cmd(name);
        asked.arg(arguments).query_async(&mut connection).await
    }

    /// Its answer to a command, past any store.
    pub(crate) async fn ask<T: ::redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let said = self.try_ask(command).await.unwrap();
        ::redis::from_redis_value(said).unwrap()
    }
}

fn spawn(program: &str, port: u16, options: &[String], folder: &Folder) -> Process {
    let mut command = Command::new(program);
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
    command.arg("--dir").arg(folder.path());
    command.args(["--appendonly", "yes", "--appendfsync", "always"]);
    command.args(["--save", "", "--daemonize", "no"]);
    command.args(options);
    Process::start(&mut command, &folder.path().join("log"))
}
