//! Work that goes on beside requests, by itself, until it is stopped.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Work that runs by itself.
#[derive(Debug)]
#[must_use = "work that nobody can stop outlives the service"]
pub struct Background {
    /// What it is called in logs.
    what: &'static str,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Background {
    /// Lets `work` run, which ends by itself soon after `stop` is cancelled.
    pub fn start(
        what: &'static str,
        stop: CancellationToken,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self { what, stop, task: tokio::spawn(work) }
    }

    /// Stops it, and waits until what it has begun is done.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(error = &error as &dyn std::error::Error, "{} failed", self.what);
        }
    }

    /// Ends it where it stands, as a process ends that is killed.
    pub async fn kill(self) {
        self.task.abort();
        // That it was aborted is what was wanted.
        drop(self.task.await);
    }
}
