//! The id is nothing that `serde` can write and read.

use std::borrow::Cow;

use rocket_login::AuthUser;

struct AccountId(i64);

struct Account;

impl AuthUser for Account {
    type Id = AccountId;

    fn id(&self) -> AccountId {
        AccountId(1)
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        [][..].into()
    }
}

fn main() {}
