//! Many followers of many orgs over real connections, and one among them that reads next to nothing.

use crate::world::{World, member_secret, named, new_org};
use quarterdeck::serve::{Limits, Server, Stop, TrustedProxies};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use testing::sized;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// What a follower waits for comes well within this.
const SOON: Duration = Duration::from_secs(60);

/// An org, and the secret of an admin of it.
#[derive(Clone)]
struct Org {
    id: String,
    secret: String,
}

/// Begins to follow an org, and reads until the first bookmark is there.
async fn follow(org: &Org, address: SocketAddr, buffer: Option<u32>) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    let mut stream = socket.connect(address).await.unwrap();
    let request = format!(
        "GET /v1/orgs/{}/events/stream HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n",
        org.id, org.secret
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut seen, mut byte) = (vec![], [0]);
    while !seen.ends_with(b"event: bookmark\nid: ") {
        assert_eq!(stream.read(&mut byte).await.unwrap(), 1, "{}", String::from_utf8_lossy(&seen));
        seen.push(byte[0]);
    }
    stream
}

/// Reads so many events; each comes right after the one before it.
async fn read(mut stream: TcpStream, many: usize) -> usize {
    let (mut buffer, mut rest, mut last, mut seen) = (vec![0; 8 << 10], vec![], None, 0);
    while seen < many {
        let read = timeout(SOON, stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(read > 0, "the stream ended after {seen} of {many} events");
        rest.extend_from_slice(&buffer[..read]);
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\n\n") {
            let frame: Vec<u8> = rest.drain(..end + 2).collect();
            let frame = String::from_utf8(frame).unwrap();
            let Some((_, data)) = frame.split_once("\ndata: ") else { continue };
            let event: serde_json::Value = serde_json::from_str(data.trim_end()).unwrap();
            if let Err(fault) = testing::check_event(&event) {
                panic!("{fault}: {event}");
            }
            let position = event["orgposition"].as_i64().unwrap();
            assert!(last.is_none_or(|last| position == last + 1), "{position} comes after {last:?}");
            last = Some(position);
            seen += 1;
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_told_everything_beside_one_who_reads_next_to_nothing() {
    let world = World::new().await;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::bind(any_port, None, TrustedProxies::default(), Limits::default()).await.unwrap();
    let address = server.local_address().unwrap();
    let stop = Stop::new();
    let server = tokio::spawn(server.run(world.service.router(), stop.clone()));
    let mut orgs = vec![];
    for number in 0..sized(10, 100) {
        let id = new_org(&world.service, &format!("followed-{number}")).await;
        let secret = member_secret(&world.service, &id, "follower", "ORG_ADMIN", json!({})).await;
        orgs.push(Org { id, secret });
    }
    let (each, of_each) = (sized(20, 40), sized(15, 18));
    let mut followers = JoinSet::new();
    for org in &orgs {
        for _ in 0..of_each {
            followers.spawn(read(follow(org, address, None).await, each));
        }
    }
    // One that takes a byte whenever something has been told to the others.
    let mut slow = follow(&orgs[0], address, Some(4_096)).await;
    let (tick, mut ticks) = mpsc::unbounded_channel::<()>();
    let slow = tokio::spawn(async move {
        let mut byte = [0];
        while ticks.recv().await.is_some() {
            assert_eq!(slow.read(&mut byte).await.unwrap(), 1);
        }
    });
    for number in 0..each {
        for org in &orgs {
            let admin =
                world.service.nobody().with_header("authorization", &format!("Bearer {}", org.secret));
            let group = named(&format!("g-{number}"));
            let _ = admin.post(&format!("/v1/orgs/{}/groups", org.id), group).await.is(201);
        }
        tick.send(()).unwrap();
    }
    let mut told = 0;
    while let Some(follower) = followers.join_next().await {
        told += follower.unwrap();
    }
    assert_eq!(told, orgs.len() * of_each * each);
    drop(tick);
    slow.await.unwrap();
    stop.at_once();
    server.await.unwrap();
}
