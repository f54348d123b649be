//! The `rantai` command: keeps standard output to itself, minds signals, calls the command line and turns its answer into an
//! exit code. The only place that exits.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use rantai::cli::{Process, run};

/// The exit code of an interrupted process.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    let (out, terminal) = standard_output();
    let process = Arc::new(Process::new(out, terminal));
    mind_signals(Arc::clone(&process));
    ExitCode::from(run(std::env::args_os(), &process))
}

/// A private descriptor of standard output. The solver's bare prints, which go to descriptor 1, are sent to standard error
/// from here on: they must not stand in the midst of a result.
#[cfg(unix)]
fn standard_output() -> (Box<dyn Write + Send>, bool) {
    use rustix::stdio::{dup2_stdout, stderr, stdout};
    match rustix::io::fcntl_dupfd_cloexec(stdout(), 3) {
        Ok(own) => {
            let terminal = own.is_terminal();
            // Should it fail, results still go to their place, though not alone.
            let _ = dup2_stdout(stderr());
            (Box::new(std::fs::File::from(own)), terminal)
        }
        Err(_) => (Box::new(io::stdout()), io::stdout().is_terminal()),
    }
}

#[cfg(not(unix))]
fn standard_output() -> (Box<dyn Write + Send>, bool) {
    (Box::new(io::stdout()), io::stdout().is_terminal())
}

/// The solver cannot be asked to stop: an interrupt waits for a result that is being placed, removes what is staged and ends
/// the process. Without handlers a signal still ends it; what is left in a hidden folder the next run removes.
#[cfg(unix)]
fn mind_signals(process: Arc<Process>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    // A file that grows beyond the limit is then an error that is told, not the end of the process.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    let mut list = vec![SIGINT, SIGTERM];
    // What `nohup` started goes on when its terminal closes. An interrupt always counts: shells let what they start in the
    // background ignore it, but whoever sends it by `kill` means it.
    if !is_ignored(SIGHUP) {
        list.push(SIGHUP);
    }
    let Ok(mut signals) = signal_hook::iterator::Signals::new(list) else { return };
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            process.interrupt();
            // Without the solver's own clearing up, which must not run while it solves.
            signal_hook::low_level::exit(INTERRUPTED);
        }
    });
}

/// True if the process was started with this signal ignored, as far as the system says.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    (mask >> (signal - 1)) & 1 == 1
}

#[cfg(not(unix))]
fn mind_signals(process: Arc<Process>) {
    let _ = ctrlc::set_handler(move || {
        process.interrupt();
        std::process::exit(INTERRUPTED);
    });
}
