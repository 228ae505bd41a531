//! The output of a launch.
//!
//! All tests of a process share one log, which Rocket sets and silences. So a
//! test that reads it runs once more, alone in a process of its own.

use std::any::type_name_of_val;
use std::env;
use std::process::{Command, exit};

use super::{assert_refused, table};
use crate::app::KEY;

const CHILD: &str = "THE_LAUNCH_IS_READ";

/// Returns the output of `launch`. It has to be a closure of the test itself, whose name
/// is found by it, and the only one there.
#[track_caller]
pub(crate) fn printed(launch: impl FnOnce()) -> String {
    printed_with(&[], launch)
}

/// Returns the output of `launch` with these environment variables.
#[track_caller]
pub(crate) fn printed_with(variables: &[(&str, &str)], launch: impl FnOnce()) -> String {
    let test = type_name_of_val(&launch);
    printed_by(test, variables, launch)
}

/// Each of these lines aborts the launch as part of the table, and what is
/// printed names the key. They have to come from a closure of the test itself.
#[track_caller]
pub(crate) fn refused<F, const N: usize>(lines: F)
where
    F: Fn() -> [(&'static str, &'static str); N],
{
    let said = printed_by(type_name_of_val(&lines), &[], || {
        for (_, line) in lines() {
            let rocket = table(line);
            rocket::info!("-- {line}");
            assert_refused(rocket);
        }
    });

    assert!(!said.contains(KEY), "{said}");
    let said: Vec<_> = said.split("-- ").skip(1).collect();
    assert_eq!(said.len(), N, "{said:?}");
    for ((key, line), said) in lines().into_iter().zip(said) {
        let said = said.strip_prefix(line).unwrap();
        assert!(said.contains(key), "`{key}` is not named: {said}");
    }
}

#[track_caller]
fn printed_by(test: &str, variables: &[(&str, &str)], launch: impl FnOnce()) -> String {
    if is_child() {
        launch();
        exit(0);
    }

    let test = test.split_once("::").map_or(test, |(_, path)| path);
    let test = test.trim_end_matches("::{{closure}}");
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "yes")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&child.stdout);
    let err = String::from_utf8_lossy(&child.stderr);
    assert!(out.contains("running 1 test"), "no test is `{test}`: {out}");
    assert!(child.status.success(), "{out}\n{err}");
    format!("{out}\n{err}")
}

pub(crate) fn log_level() -> &'static str {
    if is_child() { "normal" } else { "off" }
}

fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}
