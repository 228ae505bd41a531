//! The model test of logins: requests beside each other, on two nodes, in every order.
//!
//! It drives the real [`Sessions`](crate::sessions::Sessions): their rules, their
//! compare-and-swap, their ledgers. Only what stands around them is the model's: a store
//! that yields before each operation, and requests that ask as `request/` does.
//!
//! It runs some 2.7 million schedules in 28 seconds, as equal states are run on once; and
//! 21,000 random walks, those with a thief included. A request that behaves otherwise when
//! it is run anew ends a test with "resumed after completion": schedules must depend on
//! no random id.

mod bounds;
mod change;
mod confirm;
mod cookies;
mod failing;
mod honest;
mod jar;
mod late;
mod login;
mod logout;
mod node;
mod random;
mod request;
mod schedule;
mod store;
mod thief;
mod turn;
mod walk;
mod walks;
mod world;
