//! An application in Python.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{Folder, Process, free_port};
use crate::wire::Curl;

/// The secret key of both, which is no good one.
pub(crate) const SECRET: &str = "an old key";

/// The language of each of them.
pub(crate) const SITES: [&str; 2] = ["flask_site.py", "starlette_site.py"];

/// The session cookie of both.
pub(crate) const SESSION: &str = "python";

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    _process: Process,
    _folder: Folder,
}

impl Site {
    #[track_caller]
    pub(crate) fn start(file: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = env::var_os("ROCKET_LOGIN_PYTHON");
        let python = python.expect("`ROCKET_LOGIN_PYTHON`, which `scripts/test` sets");
        let folder = Folder::new("python");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let log = folder.path().join("log");
        let mut command = Command::new(python);
        let command = command
            .arg(root.join("tests/python").join(file))
            .env("SECRET", SECRET)
            .env("PORT", address.port().to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let mut process = Process::start(command, &log);

        let patience = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(address).is_err() {
            let said = || std::fs::read_to_string(&log).unwrap();
            assert!(!process.has_ended(), "{file}: {}", said());
            assert!(Instant::now() < patience, "{file}: {}", said());
            std::thread::sleep(Duration::from_millis(50));
        }
        Self {
            address,
            _process: process,
            _folder: folder,
        }
    }

    /// A browser in which alice has logged in there.
    #[track_caller]
    pub(crate) fn alice(&self, form: &str) -> Curl {
        let mut curl = Curl::at(self.address);
        assert_eq!(curl.post("/login", form).body, "in");
        curl
    }

    /// The user of this browser there.
    pub(crate) fn who(&self, curl: &mut Curl) -> String {
        curl.move_to_address(self.address);
        curl.get("/who", "").body
    }
}
