//! The sites as JSON: takes them, gives an array, or a message for each, as cargo has messages.

use serde_json::json;

use crate::site::Site;

/// One array, a site on each line.
pub(crate) fn array(sites: &[Site]) -> String {
    let sites: Vec<_> = sites.iter().map(object).collect();
    if sites.is_empty() { "[]\n".into() } else { format!("[\n{}\n]\n", sites.join(",\n")) }
}

/// A message on each line.
pub(crate) fn lines(sites: &[Site]) -> String {
    let message = |site| json!({ "reason": "defer-site", "site": site }).to_string() + "\n";
    sites.iter().map(message).collect()
}

fn object(site: &Site) -> String {
    serde_json::to_string(site).unwrap_or_default()
}
