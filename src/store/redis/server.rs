//! Whether a server will do.

use redis::{ErrorKind, ServerErrorKind, cmd};

use crate::store::StoreResult;
use crate::store::redis::link::{Link, Query};
use crate::store::redis::operations::failed;

/// The first version that will.
const OLDEST: (u32, u32) = (6, 2);

/// Asks the server what it is. Who may not know gets by without.
pub(super) async fn check(link: &Link) -> StoreResult<()> {
    let asked = link.ask::<String>(&Query::Command(cmd("INFO"))).await;
    let info = match asked {
        Ok(answer) => answer.value,
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm) => return Ok(()),
        Err(error) => return Err(failed(error).into()),
    };
    let version = field(&info, "redis_version").unwrap_or_default();
    if number(version).is_some_and(|version| version < OLDEST) {
        let (major, minor) = OLDEST;
        let version = version.escape_debug();
        return Err(format!("Redis {version} is too old: {major}.{minor} is needed").into());
    }
    if may_evict(&info) {
        rocket::warn!("Redis throws keys away when it is full.");
        rocket::warn_!("Users are logged out then, or are not where they should be.");
        rocket::warn_!("Set `maxmemory-policy noeviction`.");
    }
    Ok(())
}

fn field<'i>(info: &'i str, name: &str) -> Option<&'i str> {
    let mut fields = info.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(found, _)| *found == name)?;
    Some(value.trim())
}

/// What cannot be read may well be new.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn may_evict(info: &str) -> bool {
    let policy = field(info, "maxmemory_policy");
    let is_bounded = field(info, "maxmemory").is_some_and(|bytes| bytes != "0");
    is_bounded && policy.is_some_and(|policy| policy != "noeviction")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        let number = |info| number(field(info, "redis_version").unwrap_or_default());
        assert_eq!(number("# Server\r\nredis_version:7.0.15\r\n"), Some((7, 0)));
        assert!(number("redis_version:6.0.16") < Some(OLDEST));
        assert!(number("redis_version:10.0.0") > Some(OLDEST));
        assert_eq!(number("redis_version:unstable"), None);
        assert_eq!(number(""), None);
    }

    #[test]
    fn only_a_bounded_server_throws_keys_away() {
        let info = |bytes, policy| format!("maxmemory:{bytes}\r\nmaxmemory_policy:{policy}\r\n");
        assert!(may_evict(&info(100, "volatile-ttl")));
        assert!(!may_evict(&info(100, "noeviction")));
        assert!(!may_evict(&info(0, "allkeys-lru")));
        assert!(!may_evict(""));
    }
}
