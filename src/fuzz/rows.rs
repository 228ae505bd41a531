//! What lies in a store.

use crate::store::{Row, Series};

/// A value of a store, which somebody may have spoilt: what reads writes back to a
/// value that reads alike.
pub fn stored_rows(data: &[u8]) {
    if let Some(row) = Row::read(data) {
        let again = row.write().and_then(|value| Row::read(&value));
        assert_eq!(again, Some(row));
    }
    if let Some(series) = Series::read(data) {
        let again = series.write().and_then(|value| Series::read(&value));
        assert_eq!(again.and_then(|series| series.write()), series.write());
    }
}
