//! SARIF 2.1.0, as code scanning takes it: takes the sites, gives a log with a result for each.

use serde_json::{Value, json};

use crate::site::{Mechanism, Site};

/// The log of one run.
pub(crate) fn log(sites: &[Site]) -> String {
    let results: Vec<_> = sites.iter().map(result).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-defer",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Mechanism::ALL.map(rule),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "The root of the workspace." } } },
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(mechanism: Mechanism) -> Value {
    let about = match mechanism {
        Mechanism::NeverReached => "Control cannot get there.",
        Mechanism::OpenCoded => "The exit code stands at the exits.",
        Mechanism::Stack => "A record in the function's frame remembers the exit code.",
        Mechanism::Heap => "A record for each time it is reached, in a list that may allocate.",
    };
    let short = match mechanism {
        Mechanism::NeverReached => "A defer that is never reached.".to_owned(),
        Mechanism::OpenCoded => format!("An {mechanism} defer."),
        Mechanism::Stack | Mechanism::Heap => format!("A {mechanism} defer."),
    };
    json!({
        "id": mechanism.word(),
        "name": match mechanism {
            Mechanism::NeverReached => "NeverReachedDefer",
            Mechanism::OpenCoded => "OpenCodedDefer",
            Mechanism::Stack => "StackAllocatedDefer",
            Mechanism::Heap => "HeapAllocatedDefer",
        },
        "shortDescription": { "text": short },
        "fullDescription": { "text": about },
        "defaultConfiguration": { "level": level(mechanism) },
    })
}

fn level(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::NeverReached | Mechanism::OpenCoded => "none",
        Mechanism::Stack => "note",
        Mechanism::Heap => "warning",
    }
}

fn result(site: &Site) -> Value {
    let remedy = site.remedy.as_ref().map(|remedy| format!("; to have it open-coded, {remedy}"));
    let remedy = remedy.unwrap_or_default();
    let level = level(site.mechanism);
    json!({
        "ruleId": site.mechanism.word(),
        "ruleIndex": Mechanism::ALL.iter().position(|mechanism| *mechanism == site.mechanism),
        // What is as it should be is a result that passes.
        "kind": if level == "none" { "pass" } else { "fail" },
        "level": level,
        "message": { "text": message(site) + &remedy + "." },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&site.file), "uriBaseId": "ROOT" },
                "region": {
                    "startLine": site.line,
                    "startColumn": site.column,
                    "endColumn": site.column + site.width,
                },
            },
            "logicalLocations": [{ "name": site.function, "kind": "function" }],
        }],
    })
}

fn message(site: &Site) -> String {
    match site.mechanism {
        Mechanism::NeverReached => "this defer is never reached".to_owned(),
        mechanism => format!("{mechanism} defer: {}", site.reason),
    }
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.bytes().fold(String::new(), |uri, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
            uri + &char::from(byte).to_string()
        }
        other => uri + &format!("%{other:02X}"),
    })
}
