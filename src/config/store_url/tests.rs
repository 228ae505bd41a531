use super::*;

#[test]
fn its_password_is_not_shown() {
    for (url, shown) in [
        ("redis://localhost", "redis://localhost"),
        ("redis://:hunter2@localhost/0", "redis://:***@localhost/0"),
        ("redis://hunter2@localhost", "redis://***@localhost"),
        ("postgres://a:hun/ter@2@db/app", "postgres://a:***@db/app"),
        ("postgres://a:hun?ter2@db/app", "postgres://***"),
        ("postgres://db/app?password=hunter2", "postgres://db/app"),
        ("postgres://db/app?password=hunt@er2", "postgres://***"),
        ("sqlite://sessions.db?mode=rwc", "sqlite://sessions.db"),
        ("sqlite:///var/lib/a_b-c.db", "sqlite:///var/lib/a_b-c.db"),
        ("postgres://app@db:hunter2/x", "postgres://***@db:***/x"),
        ("redis://db:6379:hunter2/0", "redis://db:6379:***/0"),
        ("redis://db:hunter2:6379/0", "redis://***/0"),
        ("redis://[::1]:6379/0", "redis://[::1]:6379/0"),
        ("redis://[::1]:hunter2/0", "redis://[::1]:***/0"),
        (
            "postgres://db:5432/x;password=hunter2",
            "postgres://db:5432/***",
        ),
        ("redis://db/:hunter2", "redis://db/***"),
        ("redis://:p@db/hunter2", "redis://:***@db/***"),
        ("redis://hunter2:@db", "redis://***@db"),
        ("redis://hunter2=:x@db", "redis://***@db"),
        ("rediss://:x@db/0?protocol=hunter2", "rediss://:***@db/0"),
        ("password=hunter2 host=db://", "***"),
        ("hunter2", "***"),
        ("", "***"),
        ("a:hunter2@localhost", "***"),
        ("host=db password=hunter2", "***"),
        ("password=hunter2", "***"),
        ("Host=db;Password=hunter2", "***"),
    ] {
        let url = StoreUrl::from(url);
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), format!("StoreUrl({shown})"));
    }
}

#[test]
fn a_text_that_tells_what_is_not_shown_is_known() {
    let told = |url: &str, text: &str| StoreUrl::from(url).is_told_by(text);
    for url in [
        "postgres://app:hunter2@db/x",
        "postgres://app:Hunt%65r2@db/x",
        "postgres://db:hunter2/x",
        "redis://db/hunter2",
        "redis://db/0?protocol=hunter2",
        "host=db password=hunter2",
        "hunter2",
    ] {
        assert!(told(url, "no such protocol: \"HUNTER2\""), "{url}");
        assert!(!told(url, "connection refused"), "{url}");
    }
    let url = "postgres://app:hunter2@db/x?sslmode=require";
    assert!(!told(url, "app of db: no sslmode, no password"));
}

#[test]
fn an_address_whose_password_ends_early_is_noticed() {
    for url in [
        "postgres://app:hun#ter2@db/app",
        "postgres://app:hun/ter2@db/app",
        "postgres://app:hun?ter2@db/app",
        "postgres://app:12#34@db/app",
        "postgres://app:12/34@db/app",
        "postgres://app:12?34@db/app",
        "postgres://app:h@n/ter2@db/app",
        "postgres://a/b:hunter2@db/app",
        "redis://:hun#ter2@db/0",
        "rediss://:hunter2/@db",
        "redis://db/0#hunter2",
    ] {
        assert!(
            StoreUrl::from(url).flaw().unwrap().contains("`%23`"),
            "{url}"
        );
    }
    for url in [
        "postgres://app:hun%23t%2Fr%3F2@db:5432/app?sslmode=require",
        "postgres://app:hunt@er2@db/app",
        "postgres://db/app?user=app@server&password=hunter2",
        "postgres:///app?host=/run/postgresql",
        "redis://:hunter2@db/0?protocol=resp3",
        "unix:///run/redis@1/socket?db=0",
        "sessions.db",
    ] {
        assert_eq!(StoreUrl::from(url).flaw(), None, "{url}");
    }
    assert_eq!(StoreUrl::from("\"redis://db\"").flaw(), Some(QUOTED));
}
