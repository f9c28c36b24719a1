//! What a follower costs.

use crate::world::World;
use quarterdeck::serve::{Limits, Server, Stop, TrustedProxies};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use testing::sized;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most that a follower may cost, in bytes, this side's half of the connection included.
const MOST: usize = 40 << 10;

/// What this process holds in memory, in bytes.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4_096
}

/// Begins to follow, and reads until the first bookmark is there.
async fn follow(world: &World, address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n",
        world.path("events/stream"),
        world.admin_secret
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = String::new();
    let mut buffer = [0; 512];
    while !seen.contains("event: bookmark") {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    stream
}

#[tokio::test]
async fn a_follower_costs_at_most_40_kib() {
    let world = World::new().await;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::bind(any_port, None, TrustedProxies::default(), Limits::default()).await.unwrap();
    let address = server.local_address().unwrap();
    let stop = Stop::new();
    let server = tokio::spawn(server.run(world.service.router(), stop.clone()));
    // What everybody shares is there before anybody is counted.
    let mut followers = vec![];
    for _ in 0..20 {
        followers.push(follow(&world, address).await);
    }
    let (before, many) = (resident(), sized(300, 1_900));
    for _ in 0..many {
        followers.push(follow(&world, address).await);
    }
    let each = resident().saturating_sub(before) / many;
    println!("a follower costs {each} bytes");
    assert!(each <= MOST, "{each} bytes each");
    stop.at_once();
    server.await.unwrap();
}
