use rocket::http::uri::Origin;

use super::*;

fn gate(closed: &str, open: &[&str], routes: &[(Method, &str)]) -> Gate {
    let routes = routes
        .iter()
        .map(|(method, path)| (*method, Pattern::of_route(path)));
    Gate {
        table: "login".into(),
        exempt: vec![Method::Trace],
        closed: vec![Pattern::below(closed)],
        open: open.iter().map(|open| Pattern::of_route(open)).collect(),
        routes: OnceLock::from(routes.collect::<Vec<_>>()),
    }
}

fn is_open(gate: &Gate, method: Method, uri: &str) -> bool {
    let uri = Origin::parse(uri).unwrap();
    gate.is_open(method, uri.path().as_str(), uri.path().segments())
}

#[test]
fn of_a_closed_site_the_exceptions_are_open() {
    use Method::{Get, Head, Options, Post, Put};
    let routes = [(Get, "/health"), (Post, "/posts/<id>/likes"), (Head, "/up")];
    let gate = gate("/", &["/login", "/static/<_..>"], &routes);
    for (method, uri, expected) in [
        // A page is open for every method, a route for its own.
        (Get, "/login", true),
        (Put, "/login?next=%2F", true),
        (Get, "/login/", true),
        (Get, "/login/again", false),
        (Get, "/health", true),
        (Head, "/health", true),
        (Post, "/health", false),
        (Options, "/health", false),
        (Head, "/up", true),
        (Get, "/up", false),
        (Method::Trace, "/files/../up", true),
        (Post, "/posts/1/likes", true),
        (Post, "/posts/likes", false),
        (Post, "/posts/1/2/likes", false),
        // All below a path, by whole segments.
        (Get, "/static", true),
        (Put, "/static/a/b.css", true),
        (Get, "/statics", false),
        (Get, "/stati", false),
        // Encoded letters are letters. Other case is another path.
        (Get, "/%68ealth", true),
        (Get, "/Health", false),
        (Get, "/health%2F", false),
        (Get, "/%2568ealth", false),
        (Get, "/health;a", false),
        (Get, "/health%20", false),
        // Everything else is closed.
        (Get, "/", false),
        (Get, "//", false),
        (Get, "/nowhere", false),
    ] {
        assert_eq!(is_open(&gate, method, uri), expected, "{method} {uri}");
    }
}

#[test]
fn a_path_that_can_be_read_in_two_ways_is_never_open() {
    let gate = gate("/", &["/<_..>"], &[]);
    assert!(is_open(&gate, Method::Get, "/static/a.css"));
    for uri in [
        "//static",
        "/static//a.css",
        "/static/a.css//",
        "/static/./a.css",
        "/static/.",
        "/static/..",
        "/static/../files",
        "/../static",
        "/static/%2e%2e/files",
        "/static/.%2E/files",
        "/static/%2e/a.css",
        "/static/..%2Ffiles",
        "/static%2fa.css",
        "/static/%5Cfiles",
        "/static/..%5cfiles",
        "/static/a.css%00",
        "/%00",
    ] {
        assert!(!is_open(&gate, Method::Get, uri), "{uri}");
    }
}

#[test]
fn of_a_closed_part_no_path_is_open_that_may_lead_there() {
    let gate = gate("/staff", &["/staff/login"], &[]);
    for (uri, expected) in [
        ("/", true),
        ("/shop//cart", true),
        ("/staffs", true),
        ("/shop/staff", true),
        ("/staff", false),
        ("/staff/", false),
        ("/staff/plans", false),
        ("/staff/login", true),
        ("//staff/login", false),
        ("//staff//plans", false),
        ("/%73taff/plans", false),
        ("/shop/../staff/plans", false),
        ("/shop/%2e%2e/staff", false),
        ("/./staff/plans", false),
        ("/shop%2F..%2Fstaff", false),
        ("/shop/..%5Cstaff", false),
    ] {
        assert_eq!(is_open(&gate, Method::Get, uri), expected, "{uri}");
    }
}

#[test]
fn before_all_routes_are_known_none_is_open() {
    let mut gate = gate("/", &["/login"], &[(Method::Get, "/health")]);
    assert!(is_open(&gate, Method::Get, "/health"));
    gate.routes = OnceLock::new();
    assert!(!is_open(&gate, Method::Get, "/health"));
    assert!(is_open(&gate, Method::Get, "/login"));
}

#[test]
fn patterns_meet_where_a_path_belongs_to_both() {
    for (one, other, meets, covers) in [
        ("/a", "/a", true, true),
        ("/a", "/b", false, false),
        ("/a", "/a/b", false, false),
        ("/<x>", "/a", true, true),
        ("/a", "/<x>", true, false),
        ("/<x>/b", "/a/<y>", true, false),
        ("/<x..>", "/", true, true),
        ("/<x..>", "/a/<y..>", true, true),
        ("/a/<y..>", "/<x..>", true, false),
        ("/a/<x..>", "/a", true, true),
        ("/a", "/a/<x..>", true, false),
        ("/<x>", "/a/<y..>", true, false),
        ("/<x>/<y>", "/a/<z..>", true, false),
        ("/<x>/<y..>", "/a/<z..>", true, true),
        ("/", "/", true, true),
        ("/", "/a", false, false),
    ] {
        let (a, b) = (Pattern::of_route(one), Pattern::of_route(other));
        assert_eq!(a.meets(&b), meets, "{one} {other}");
        assert_eq!(b.meets(&a), meets, "{other} {one}");
        assert_eq!(a.covers(&b), covers, "{one} {other}");
    }
}

#[test]
fn a_route_is_reached_as_a_whole_in_part_or_not_at_all() {
    let gate = gate("/", &["/static/<_..>"], &[(Method::Get, "/health")]);
    let reach = |method, path| gate.reach(method, &Pattern::of_route(path));
    assert_eq!(reach(Method::Get, "/health"), Reach::All);
    assert_eq!(reach(Method::Put, "/health"), Reach::Nothing);
    assert_eq!(reach(Method::Get, "/static/<p..>"), Reach::All);
    assert_eq!(reach(Method::Get, "/<p..>"), Reach::Part);
    assert_eq!(reach(Method::Get, "/<name>"), Reach::Part);
    assert_eq!(reach(Method::Get, "/files"), Reach::Nothing);
}

#[test]
fn two_gates_share_a_path_unless_one_opens_it() {
    let (all, part) = (gate("/", &[], &[]), gate("/staff", &[], &[]));
    assert!(all.shares(&part) && part.shares(&all));
    assert!(!part.shares(&gate("/shop", &[], &[])));
    let all = gate("/", &["/staff/<_..>"], &[]);
    assert!(!all.shares(&part) && !part.shares(&all));
    let all = gate("/", &["/staff/login"], &[]);
    assert!(all.shares(&part) && part.shares(&all));
}
