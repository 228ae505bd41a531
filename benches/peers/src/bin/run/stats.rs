//! Order statistics.

/// The value that this share of all values, from 0 to 1, lies below.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(f64::NAN);
    at(place.floor()) + (at(place.ceil()) - at(place.floor())) * place.fract()
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The figure of a quiet machine: a disturbance makes a measurement longer, and the very shortest
/// may have been cut short by the clock.
pub(crate) fn quiet(values: &[f64]) -> f64 {
    quantile(values, 0.1)
}

/// Round by round, how much one is above the other.
pub(crate) fn differences(these: &[f64], those: &[f64]) -> Vec<f64> {
    let pairs = these.iter().zip(those);
    pairs.map(|(this, that)| this - that).collect()
}
