//! Errors of the system in both languages. The system speaks English; what is not known here is quoted in its words.

use std::io::{Error, ErrorKind};

use super::Text;

/// The words of the system for a file operation that failed.
pub fn system_error(error: &Error) -> Text {
    let id = match error.kind() {
        ErrorKind::NotFound => "tidak ditemukan",
        ErrorKind::PermissionDenied => "izin ditolak",
        ErrorKind::AlreadyExists => "sudah ada",
        ErrorKind::NotADirectory => "bukan folder",
        ErrorKind::IsADirectory => "yang ada di situ adalah folder",
        ErrorKind::DirectoryNotEmpty => "folder itu tidak kosong",
        ErrorKind::ReadOnlyFilesystem => "sistem berkas itu hanya dapat dibaca",
        ErrorKind::StorageFull => "ruang penyimpanan habis",
        ErrorKind::QuotaExceeded => "kuota penyimpanan habis",
        ErrorKind::FileTooLarge => "berkas terlalu besar",
        ErrorKind::ResourceBusy => "sedang dipakai",
        ErrorKind::CrossesDevices => "tujuan terletak pada sistem berkas lain",
        ErrorKind::TooManyLinks => "terlalu banyak tautan",
        ErrorKind::InvalidFilename => "nama berkas tidak sah",
        ErrorKind::BrokenPipe => "penerima sudah menutup sambungan",
        ErrorKind::TimedOut => "batas waktu tunggu terlampaui",
        ErrorKind::WriteZero => "tidak ada lagi yang dapat ditulis",
        ErrorKind::UnexpectedEof => "berkas berakhir sebelum waktunya",
        ErrorKind::OutOfMemory => "memori habis",
        _ => return Text::new(error.to_string(), format!("pesan sistem: \"{error}\"")),
    };
    Text::new(error.to_string(), id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Lang;

    /// What has a kind is said in Indonesian, whatever the system's words are; what has none is quoted.
    #[test]
    fn errors_are_told_by_their_kind() {
        let full = Error::new(ErrorKind::StorageFull, "No space left on device");
        let told = system_error(&full);
        assert_eq!(told.in_language(Lang::En), "No space left on device");
        assert_eq!(told.in_language(Lang::Id), "ruang penyimpanan habis");
        let other = system_error(&Error::other("not a plain file"));
        assert_eq!(other.in_language(Lang::Id), "pesan sistem: \"not a plain file\"");
    }
}
