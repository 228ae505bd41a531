//! Whether a contender does what it is measured for: nothing is gained by a login that
//! lets everybody in.

use crate::Result;
use crate::contender::{Contender, Kind};
use crate::http::{Answer, Connection, request};
use crate::server::Server;

/// The cookies of a login.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// As the header `Cookie` has them.
    pub(crate) fn header(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// How long the values are, all together.
    pub(crate) fn length(&self) -> usize {
        self.0.iter().map(|(_, value)| value.len()).sum()
    }

    /// All ways to flip one bit in a quarter, in the middle and in three quarters of each.
    fn tampered(&self) -> Vec<Self> {
        let mut all = Vec::new();
        for (index, (_, value)) in self.0.iter().enumerate() {
            for quarter in 1..4 {
                let mut cookies = self.clone();
                cookies.0[index].1 = flip(value, value.len() * quarter / 4);
                all.push(cookies);
            }
        }
        all
    }
}

/// Flips a bit of the next letter or digit, such that a letter or a digit comes of it: a character
/// that no cookie may hold would be refused for that reason.
fn flip(value: &str, from: usize) -> String {
    let mut bytes = value.as_bytes().to_vec();
    for byte in bytes.iter_mut().skip(from) {
        let mut flipped = [*byte ^ 1, *byte ^ 2].into_iter();
        let other = flipped.find(u8::is_ascii_alphanumeric);
        if let (true, Some(other)) = (byte.is_ascii_alphanumeric(), other) {
            *byte = other;
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Logs the first user in.
pub(crate) fn log_in(connection: &mut Connection) -> Result<Cookies> {
    let answer = connection.ask(&request("POST", "/login", ""))?;
    match answer.status {
        200 if !answer.cookies.is_empty() => Ok(Cookies(answer.cookies)),
        _ => Err(format!("no login: {answer:?}").into()),
    }
}

/// Checks every kind of answer, and gives back the cookies of a login, which a baseline
/// does not have.
pub(crate) fn check(contender: &Contender, server: &Server) -> Result<Cookies> {
    let mut connection = Connection::open(server.address)?;
    let checked = answers(contender, &mut connection);
    checked.map_err(|error| format!("{}: {error}", contender.name).into())
}

fn answers(contender: &Contender, connection: &mut Connection) -> Result<Cookies> {
    let mut get = |path: &str, cookie: &str| connection.ask(&request("GET", path, cookie));
    expect(get("/open", "")?, "ok")?;
    if contender.is_baseline() {
        expect(get("/protected", "")?, "ok")?;
        return Ok(Cookies::default());
    }
    refused(get("/protected", "")?)?;
    let cookies = log_in(connection)?;
    let mut get = |path: &str, cookie: &str| connection.ask(&request("GET", path, cookie));
    expect(get("/open", &cookies.header())?, "ok")?;
    let user = peers::user(peers::FIRST).ok_or("there is no user")?;
    expect(get("/protected", &cookies.header())?, &user.name)?;
    if contender.kind != Kind::Gullible {
        for cookies in cookies.tampered() {
            refused(get("/protected", &cookies.header())?)?;
        }
    }
    // The refused request must not have ended the measured session.
    expect(get("/protected", &cookies.header())?, &user.name)?;
    Ok(cookies)
}

fn expect(answer: Answer, body: &str) -> Result<()> {
    match answer.status == 200 && answer.body == body {
        true => Ok(()),
        false => Err(format!("expected {body:?}: {answer:?}").into()),
    }
}

fn refused(answer: Answer) -> Result<()> {
    match answer.status {
        401 | 403 | 302 | 303 | 307 => Ok(()),
        _ => Err(format!("expected a refusal: {answer:?}").into()),
    }
}
