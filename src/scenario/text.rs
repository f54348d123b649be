//! From the bytes of a file to its text: UTF-8 with or without a mark, and UTF-16 with one, as Excel saves "Unicode text".

use super::diagnostic::{Faults, Place};
use crate::language::text;

/// The text of a file, without a byte order mark; nothing, with the fault noted, where the bytes are no text.
pub(crate) fn decode(bytes: Vec<u8>, place: &Place, faults: &mut Faults) -> Option<String> {
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes, place, faults)?,
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes, place, faults)?,
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count();
                let place = place.on_line(line);
                faults.help(
                    &place,
                    text!(en: "the file is not UTF-8", id: "berkas ini bukan UTF-8"),
                    text!(en: "save it with the encoding UTF-8", id: "simpan dengan pengodean UTF-8"),
                );
                return None;
            }
        },
    };
    let text = text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_string);
    // UTF-16 without its mark, or no text at all.
    if let Some(offset) = text.find('\0') {
        let line = 1 + text[..offset].matches('\n').count();
        let place = place.on_line(line);
        faults.help(
            &place,
            text!(
                en: "the file has a NUL character, so it is not UTF-8 text",
                id: "berkas ini memuat karakter NUL, sehingga bukan teks UTF-8",
            ),
            text!(en: "save it with the encoding UTF-8", id: "simpan dengan pengodean UTF-8"),
        );
        return None;
    }
    Some(text)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16, place: &Place, faults: &mut Faults) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    let whole = pairs.remainder().is_empty();
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).ok().filter(|_| whole);
    if text.is_none() {
        faults.help(
            place,
            text!(
                en: "the file begins as UTF-16, but is not UTF-16 to its end",
                id: "berkas ini diawali sebagai UTF-16, tetapi tidak UTF-16 sampai akhir",
            ),
            text!(en: "save it anew, with the encoding UTF-8", id: "simpan ulang dengan pengodean UTF-8"),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        let mut faults = Faults::default();
        let text = decode(bytes.to_vec(), &Place::file("a.csv"), &mut faults);
        text.ok_or_else(|| faults.into_sorted().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_encoding_that_is_marked_gives_the_same_text() {
        let text = "kläster;1,5\r\n𝒜";
        let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &little, &big, &marked] {
            assert_eq!(read(bytes).as_deref(), Ok(text));
        }
        assert!(read(&little[..little.len() - 1]).unwrap_err().contains("not UTF-16 to its end"));
        assert!(read(&little[2..]).unwrap_err().contains("not UTF-8"), "without its mark");
        assert!(read(b"a\nb\0c").unwrap_err().contains("row 2: the file has a NUL character"));
        assert!(read(b"a\n\xE9").unwrap_err().contains("row 2: the file is not UTF-8"));
    }
}
