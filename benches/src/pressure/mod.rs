//! More than there is room for: whether one org's haste is felt by others, and what becomes of too much.

mod sender;

pub(crate) mod fairness;
pub(crate) mod overload;

use std::path::PathBuf;

use crate::Failure;
use crate::directory::Directory;
use crate::load::Target;
use crate::service::{self, Running};
use crate::settings::Settings;

/// A service that runs, on a directory that goes with it.
struct Pressed {
    operator: Target,
    running: Running,
    directory: Directory,
}

impl Pressed {
    async fn start(settings: &Settings) -> Result<Self, Failure> {
        let directory = Directory::make(&settings.dir, settings.keep)?;
        let beside: PathBuf = std::env::current_exe()?.with_file_name("quarterdeck");
        let program = settings.program.clone().unwrap_or(beside);
        let (data_dir, address) = (directory.join("data"), service::free_address()?);
        let log = directory.join("service.log");
        let (running, _) = service::start(&program, &data_dir, address, &log).await?;
        let operator = service::operator(&data_dir, address)?;
        Ok(Self { operator, running, directory })
    }

    async fn stop(self) -> Result<(), Failure> {
        self.running.stop().await?;
        drop(self.directory);
        Ok(())
    }
}
