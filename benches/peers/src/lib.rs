//! The common part of all contenders: the users, the secret, and how a server talks with the
//! runner. Nothing in here is part of what is measured but the look-up of a user, which costs
//! everybody the same.

use std::collections::HashMap;
use std::io::{Read, Write, stdin, stdout};
use std::sync::LazyLock;

/// The user of the login route.
pub const FIRST: i64 = 1;

/// The secret of every contender, as long as the longest that one asks for. It guards
/// nothing: the servers listen on the loopback address for as long as the runner runs.
pub const SECRET: &str = "a secret for benchmarks, of no use to anybody, sixty-four bytes.";

#[derive(Debug, Clone)]
pub struct User {
    pub id: i64,
    pub name: String,
    /// The value that stands for the user's password, for contenders that bind a session to it.
    pub password_hash: String,
}

static USERS: LazyLock<HashMap<i64, User>> =
    LazyLock::new(|| (FIRST..FIRST + 16).map(|id| (id, made_up(id))).collect());

fn made_up(id: i64) -> User {
    User {
        id,
        name: format!("user number {id}"),
        password_hash: format!("$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ${id:043}"),
    }
}

/// The user with this id, as an application would get one from its database: owned.
pub fn user(id: i64) -> Option<User> {
    USERS.get(&id).cloned()
}

/// Which contender this server is to be: its first argument.
pub fn contender() -> String {
    std::env::args().nth(1).unwrap_or_default()
}

/// Ends a server that was asked to be who it cannot be.
pub fn unknown(contender: &str) -> ! {
    eprintln!("no contender here is called {contender:?}");
    std::process::exit(2)
}

/// Tells the runner where the server listens.
pub fn announce(port: u16) {
    println!("{port}");
    // A pipe is no terminal: without this the line would wait for company.
    stdout().flush().expect("the runner reads");
}

/// Ends this process when the runner ends, however that came about: then the pipe that
/// is its standard input breaks. A thread that waits costs no processor time.
pub fn end_with_the_runner() {
    std::thread::spawn(|| {
        let _ = stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
}
