//! The values of rows.

use crate::sessions::FuzzedRow;

/// A value of a store, which may be damaged: it is read whole or not at all, and written
/// as it was read.
pub fn stored_rows(data: &[u8]) {
    if let Some(row) = FuzzedRow::read(data) {
        assert_eq!(row.write(), data);
    }
}
