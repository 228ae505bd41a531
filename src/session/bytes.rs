//! Reading bytes from the front.

/// Takes an array off.
pub(crate) fn array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    bytes.split_off(..N)?.try_into().ok()
}

/// Reads a field that may be absent. `None` if it is there and damaged.
pub(crate) fn optional<F, T>(
    field: Option<F>,
    read: impl FnOnce(F) -> Option<T>,
) -> Option<Option<T>> {
    match field {
        Some(field) => read(field).map(Some),
        None => Some(None),
    }
}
