//! Watches the Docker at a socket with koi-runtime, and prints one line for each event.

use koi_runtime::{RuntimeBackendKind, RuntimeConfig, RuntimeCore, RuntimeEvent};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    let socket = std::env::args().nth(1).expect("usage: koi-peer SOCKET");
    let core = RuntimeCore::new(RuntimeConfig {
        backend_kind: RuntimeBackendKind::Docker,
        socket_path: Some(socket),
    });
    let mut events = core.subscribe();
    core.start_watching(CancellationToken::new())
        .await
        .expect("cannot watch");
    loop {
        match events.recv().await {
            Ok(RuntimeEvent::Started(instance)) => println!("started {}", instance.id),
            Ok(RuntimeEvent::Updated(instance)) => println!("updated {}", instance.id),
            Ok(RuntimeEvent::Stopped { id, .. }) => println!("stopped {id}"),
            Ok(RuntimeEvent::BackendDisconnected { .. }) => println!("disconnected"),
            Ok(RuntimeEvent::BackendReconnected { .. }) => println!("reconnected"),
            Err(RecvError::Lagged(count)) => println!("lagged {count}"),
            Err(RecvError::Closed) => return,
        }
    }
}
