//! The resources that the process lends a command: its standard output, which nobody else writes to, and the record of what
//! an interrupt must take away.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::{CliError, Outcome};
use crate::archive::Staged;
use crate::language::Lang;

/// How long an interrupted process waits for standard output to take its last words.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The standard output of a command and what it has staged.
pub struct Process {
    staged: Staged,
    out: Mutex<Sink>,
    terminal: bool,
    json: AtomicBool,
    indonesian: AtomicBool,
}

struct Sink {
    to: Box<dyn Write + Send>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was written.
    Untouched,
    /// Something was.
    Begun,
    /// Writing failed: nothing more is tried.
    Failed,
    /// The process was interrupted and ends: whoever writes waits for that.
    Ended,
}

impl Process {
    /// A process whose results go to `out`, which is a terminal or not.
    pub fn new(out: Box<dyn Write + Send>, terminal: bool) -> Self {
        let out = Mutex::new(Sink { to: out, state: State::Untouched });
        Self {
            staged: Staged::default(),
            out,
            terminal,
            json: AtomicBool::new(false),
            indonesian: AtomicBool::new(false),
        }
    }

    /// The record of staged files and folders, which an interrupt removes.
    pub(super) fn staged(&self) -> &Staged {
        &self.staged
    }

    /// True if standard output is a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Settles the language of everything that is told.
    pub(super) fn speak(&self, lang: Lang) {
        self.indonesian.store(lang == Lang::Id, Ordering::Relaxed);
    }

    /// The language of everything that is told.
    pub(super) fn lang(&self) -> Lang {
        if self.indonesian.load(Ordering::Relaxed) { Lang::Id } else { Lang::En }
    }

    /// Notes that results, and failures, are asked for as JSON.
    pub(super) fn speak_json(&self, json: bool) {
        self.json.store(json, Ordering::Relaxed);
    }

    /// True if they are.
    pub(super) fn speaks_json(&self) -> bool {
        self.json.load(Ordering::Relaxed)
    }

    /// Prepares the end of an interrupted process: waits for a result that is being placed, takes away what is staged, and
    /// says so where JSON is asked for and none was begun. Nothing is written after that.
    pub fn interrupt(self: &Arc<Self>) {
        self.staged.abandon();
        let own = Arc::clone(self);
        let (tell, told) = mpsc::channel();
        // A reader that does not read must not keep the process alive.
        thread::spawn(move || {
            let mut sink = own.sink();
            if own.speaks_json() && sink.state == State::Untouched {
                let failure = CliError::Interrupted.document(own.lang());
                let _ = sink.to.write_all(crate::result::text(&failure).as_bytes());
                let _ = sink.to.flush();
            }
            sink.state = State::Ended;
            let _ = tell.send(());
        });
        let _ = told.recv_timeout(LAST_WORDS);
    }

    fn sink(&self) -> MutexGuard<'_, Sink> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Standard output, for what is written bit by bit.
    pub(super) fn writer(&self) -> Writer<'_> {
        Writer(self)
    }

    /// Prints a result. A reader that has seen enough (`| head`) is no failure.
    pub(super) fn print(&self, text: &str) -> Result<Outcome, CliError> {
        let mut out = self.writer();
        Self::printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// The outcome of a command that wrote to standard output; a reader that closed its end is no failure.
    pub(super) fn printed(written: io::Result<()>) -> Result<Outcome, CliError> {
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Output(error)),
            _ => Ok(Outcome::Done),
        }
    }
}

/// Standard output of a [`Process`].
pub(super) struct Writer<'p>(&'p Process);

impl Writer<'_> {
    fn with<T>(&mut self, work: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        let mut sink = self.0.sink();
        match sink.state {
            State::Ended => {
                drop(sink);
                loop {
                    thread::park();
                }
            }
            State::Failed => return Err(io::ErrorKind::BrokenPipe.into()),
            State::Untouched | State::Begun => sink.state = State::Begun,
        }
        let done = work(&mut *sink.to);
        if done.is_err() {
            sink.state = State::Failed;
        }
        done
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // All of it under one lock: an interrupt finds whole documents.
        self.with(|to| to.write_all(bytes).map(|()| bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|to| to.flush())
    }
}
