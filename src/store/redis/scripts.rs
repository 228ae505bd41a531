//! What the server does in one go.

use std::sync::LazyLock;

use redis::Script;

pub(super) static SCRIPTS: LazyLock<Scripts> = LazyLock::new(Scripts::new);

pub(super) struct Scripts {
    pub(super) create: Script,
    pub(super) save: Script,
    pub(super) delete: Script,
    pub(super) of_user: Script,
    pub(super) delete_of_user: Script,
    pub(super) count: Script,
}

macro_rules! script {
    ($file:literal) => {
        Script::new(concat!(include_str!("common.lua"), include_str!($file)))
    };
}

impl Scripts {
    fn new() -> Self {
        Self {
            create: script!("create.lua"),
            save: script!("save.lua"),
            delete: script!("delete.lua"),
            of_user: script!("of_user.lua"),
            delete_of_user: script!("delete_of_user.lua"),
            count: script!("count.lua"),
        }
    }
}
