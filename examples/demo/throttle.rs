//! How often a password may be tried: the rules, and what has been used up of them.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};

use super::clock::Clock;
use super::device::Digest;

/// Strangers at one account, wherever they are.
const ACCOUNT: Quota = quota(10, 1);
/// Strangers at one address, whomever they try to be.
const ADDRESS: Quota = quota(30, 6);
/// A browser that has been logged in to the account before.
const DEVICE: Quota = quota(10, 1);

const fn quota(at_once: u32, then_per_minute: u32) -> Quota {
    Quota::per_minute(one_or(then_per_minute)).allow_burst(one_or(at_once))
}

const fn one_or(more: u32) -> NonZeroU32 {
    match NonZeroU32::new(more) {
        Some(more) => more,
        None => NonZeroU32::MIN,
    }
}

/// Whose attempt it is.
pub(crate) enum Who<'a> {
    /// A browser that the account knows.
    Known(Digest),
    /// Anybody else: by the name as typed, so that names nobody has are limited like all others.
    Stranger {
        name: &'a str,
        address: Option<IpAddr>,
    },
}

pub(crate) struct Throttle {
    accounts: Limit,
    addresses: Limit,
    devices: Limit,
}

impl Throttle {
    pub(crate) fn by(clock: &Clock) -> Self {
        Self {
            accounts: Limit::new(ACCOUNT, clock),
            addresses: Limit::new(ADDRESS, clock),
            devices: Limit::new(DEVICE, clock),
        }
    }

    /// Counts an attempt before it is made: those that are made at once would otherwise all find
    /// that there is one left.
    pub(crate) fn attempt(&self, who: &Who<'_>) -> Result<Attempt<'_>, Wait> {
        let mut attempt = Attempt(Vec::new());
        match who {
            Who::Known(digest) => attempt.take(&self.devices, digest)?,
            Who::Stranger { name, address } => {
                if let Some(address) = address {
                    attempt.take(&self.addresses, network(*address))?;
                }
                let taken = attempt.take(&self.accounts, folded(name));
                if let Err(wait) = taken {
                    // No password is tried, so none was tried from this address.
                    attempt.give_back();
                    return Err(wait);
                }
            }
        }
        Ok(attempt)
    }
}

/// An attempt that has been counted. It stays so unless it is given back, so that whatever goes
/// wrong in between gives nobody another one.
#[must_use]
pub(crate) struct Attempt<'t>(Vec<(&'t Limit, Taken)>);

impl<'t> Attempt<'t> {
    fn take(&mut self, limit: &'t Limit, key: impl Hash) -> Result<(), Wait> {
        self.0.push((limit, limit.take(key)?));
        Ok(())
    }

    /// For those that succeed: gives back what this one has taken, and nothing of what others have.
    pub(crate) fn give_back(self) {
        for (limit, taken) in self.0 {
            limit.give_back(&taken);
        }
    }
}

/// How long it takes until there is another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(Duration);

impl Wait {
    /// Rounded up: whoever comes back after this has not come too early.
    pub(crate) fn seconds(self) -> u64 {
        let started = u64::from(self.0.subsec_nanos() > 0);
        (self.0.as_secs() + started).max(1)
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seconds() {
            1 => f.write_str("1 second"),
            more => write!(f, "{more} seconds"),
        }
    }
}

/// A key has one of 65,536 places, and shares it if it must: whatever names are tried, no memory is
/// needed for more. Sharing only takes attempts away. To keep all places full takes as many password
/// hashes a minute, which few machines can do.
type Place = u16;

struct Taken {
    place: Place,
    at: Nanos,
}

/// One rule, and what is used up of it.
struct Limit {
    limiter: RateLimiter<Place, Places, Clock, NoOpMiddleware<Nanos>>,
    places: Places,
    per_attempt: Nanos,
    // With a key of its own, so that nobody can choose names that share a place.
    hasher: RandomState,
}

impl Limit {
    fn new(quota: Quota, clock: &Clock) -> Self {
        let places = Places::default();
        Self {
            limiter: RateLimiter::new(quota, places.clone(), clock.clone()),
            places,
            per_attempt: quota.replenish_interval().into(),
            hasher: RandomState::new(),
        }
    }

    fn take(&self, key: impl Hash) -> Result<Taken, Wait> {
        let place = self.hasher.hash_one(key) as Place;
        let at = self.limiter.clock().now();
        let taken = self.limiter.check_key(&place);
        taken.map_err(|refused| Wait(refused.wait_time_from(at)))?;
        Ok(Taken { place, at })
    }

    /// Less what time has given back already: an attempt that took long would otherwise bring
    /// somebody else's failure back as well.
    fn give_back(&self, taken: &Taken) {
        let since = self.limiter.clock().now().saturating_sub(taken.at);
        let owed = self.per_attempt.saturating_sub(since);
        if let Some(full_at) = self.places.lock().get_mut(&taken.place) {
            *full_at = full_at.saturating_sub(owed);
        }
    }
}

/// When each place has all its attempts again, since the start. The stores that governor brings
/// have no way to give anything back.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<HashMap<Place, Nanos>>>);

impl Places {
    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Places {
    type Key = Place;

    fn measure_and_replace<T, F, E>(&self, place: &Place, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut places = self.lock();
        let (measured, full_at) = measure(places.get(place).copied())?;
        places.insert(*place, full_at);
        Ok(measured)
    }
}

/// Spellings that could reach the same account. The database of the demo compares names byte for
/// byte; one that does not must find nothing here that it takes for the same.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whoever has one address of IPv6 has at least all those that begin like it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
    }
}
