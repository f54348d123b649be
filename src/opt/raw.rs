//! What the safe bindings of HiGHS lack: for now, its version. The only place with `unsafe`.
#![expect(unsafe_code, reason = "foreign functions; each call says why it is sound")]

/// The solver's version, as it says itself.
pub(super) fn version() -> String {
    // SAFETY: these take nothing and return constants of the library.
    let (major, minor, patch) = unsafe {
        (highs_sys::Highs_versionMajor(), highs_sys::Highs_versionMinor(), highs_sys::Highs_versionPatch())
    };
    format!("{major}.{minor}.{patch}")
}
