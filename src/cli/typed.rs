//! Words of the command line in text that is always UTF-8, without loss.

use std::ffi::OsStr;
use std::path::Path;

/// The word with `\` doubled and each byte that is no UTF-8 as `\xNN`: what was typed can be read back from it.
pub(super) fn escaped(word: &OsStr) -> String {
    let mut text = String::new();
    for chunk in word.as_encoded_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// True for the names under which systems offer a process its own standard output.
pub(super) fn is_standard_output(path: &Path) -> bool {
    ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_can_be_read_back() {
        assert_eq!(escaped(OsStr::new("hasil/gula kelapa é")), "hasil/gula kelapa é");
        assert_eq!(escaped(OsStr::new("a\\xff")), "a\\\\xff");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            assert_eq!(escaped(OsStr::from_bytes(b"o\xff\xfe/\xc3")), "o\\xff\\xfe/\\xc3");
        }
    }
}
