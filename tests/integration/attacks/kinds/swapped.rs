//! Cookies of one kind of users, sent as the other's.

use super::*;

/// Each value in each cookie of the other kind: alone, both, and the wrong way round.
fn swapped(to: Side, [session, remember]: &[String; 2]) -> Vec<Vec<(&'static str, String)>> {
    let values = [None, Some(session), Some(remember)];
    let mut all = Vec::new();
    for one in values {
        for other in values {
            let cookies = [(to.session, one), (to.remember, other)];
            let sent = cookies
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?.clone())));
            all.push(sent.collect());
        }
    }
    all.retain(|sent: &Vec<_>| !sent.is_empty());
    all
}

fn header(sent: &[(&str, String)]) -> String {
    let pairs = sent.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("; ")
}

#[test]
fn cookies_of_one_kind_do_not_count_in_the_places_of_the_other() {
    both_ways("swapped", |server, from, to| {
        let mut victim = from.remembered(server);
        let values = from.values(&victim);
        let all = swapped(to, &values);
        assert_eq!(all.len(), 8);
        for sent in all {
            let page = to.refused(server, &header(&sent));
            assert_eq!(page.cookies(), []);
        }
        from.assert_in(&mut victim);
        victim.restart();
        from.assert_in(&mut victim);
    });
}

#[test]
fn cookies_in_their_own_places_are_not_looked_at_by_the_other_kind() {
    both_ways("unseen", |server, from, to| {
        let mut victim = from.remembered(server);
        let page = to.refused(server, &victim.cookie_header());
        assert_eq!(page.cookies(), []);
        let spoilt = format!("{}=spoilt; {}=spoilt", from.session, from.remember);
        assert_eq!(to.refused(server, &spoilt).cookies(), []);
        from.assert_in(&mut victim);
        victim.restart();
        from.assert_in(&mut victim);
    });
}

#[test]
fn with_the_cookies_of_both_swapped_no_user_is_known() {
    both_ways("crossed", |server, from, to| {
        let [one, other] = [from, to].map(|side| side.values(&side.remembered(server)));
        let sent = [
            (from.session, other[0].clone()),
            (from.remember, other[1].clone()),
            (to.session, one[0].clone()),
            (to.remember, one[1].clone()),
        ];
        for side in [from, to] {
            let page = side.refused(server, &header(&sent));
            assert_eq!(page.cookies(), []);
        }
    });
}

#[test]
fn a_token_of_the_other_kind_beside_a_good_session_is_left_where_it_is() {
    both_ways("beside", |server, from, to| {
        let mut own = to.remembered(server);
        let mut victim = from.remembered(server);
        for foreign in from.values(&victim) {
            let cookies = format!("{}; {}={foreign}", pair(&own, to.session), to.remember);
            let cookies = format!("Cookie: {cookies}; {}\r\n", victim.cookie_header());
            let page = Curl::new(server).get(&to.path("/account"), &cookies);
            assert_eq!(page.status, 200);
            assert_eq!(page.cookies(), []);
        }
        to.assert_in(&mut own);
        from.assert_in(&mut victim);
    });
}

#[test]
fn of_a_session_of_each_kind_under_one_name_the_own_one_counts() {
    both_ways("twice", |server, from, to| {
        let good = pair(&to.remembered(server), to.session);
        let [session, _] = from.values(&from.remembered(server));
        let planted = format!("{}={session}", to.session);
        to.refused(server, &planted);
        let in_its_place = format!("{}={session}", from.session);
        for cookies in [
            format!("{good}; {planted}"),
            format!("{planted}; {good}"),
            format!("{good}; {in_its_place}"),
        ] {
            let header = format!("Cookie: {cookies}\r\n");
            let reply = Curl::new(server).get(&to.path("/whoami"), &header);
            assert_eq!(user(&reply).as_deref(), Some(to.name), "{cookies}");
            assert_eq!(reply.cookies(), []);
        }
    });
}

#[test]
fn a_logout_or_login_with_cookies_of_the_other_kind_ends_nothing_of_it() {
    both_ways("planted", |server, from, to| {
        let mut victim = from.remembered(server);
        for sent in swapped(to, &from.values(&victim)) {
            let cookies = format!("Cookie: {}\r\n", header(&sent));
            let out = Curl::new(server).send("POST", &to.path("/logout"), &cookies, "");
            let removed = [(to.session, ""), (to.remember, "")];
            assert_eq!((out.status, out.cookies()), (303, removed.to_vec()));
            let mut thief = Curl::new(server);
            for (name, value) in sent {
                thief.set_cookie(name, &value);
            }
            to.log_in(&mut thief);
            to.assert_in(&mut thief);
        }
        from.assert_in(&mut victim);
        victim.restart();
        from.assert_in(&mut victim);
    });
}
