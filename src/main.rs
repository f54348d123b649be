//! The `rantai` command: calls the command line and turns its answer into an exit code. The only place that exits.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use rantai::cli::{Staged, run};

fn main() -> ExitCode {
    let staged: Staged = Arc::new(Mutex::new(Vec::new()));
    let to_remove = Arc::clone(&staged);
    // The solver cannot be asked to stop: an interrupt removes what is half-written and ends the process.
    let handler = ctrlc::set_handler(move || {
        if let Ok(paths) = to_remove.lock() {
            for path in paths.iter() {
                let _ =
                    if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            }
        }
        std::process::exit(130);
    });
    if handler.is_err() {
        // Without a handler an interrupt still ends the process; only a hidden temporary folder may stay behind.
    }
    ExitCode::from(run(std::env::args_os(), &staged))
}
