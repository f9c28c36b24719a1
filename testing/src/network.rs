//! A network in the test's hand: names have the addresses that the test says, and every connection leads to one place.

use quarterdeck::webhooks::network::{Asked, Network};
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use tokio::net::TcpStream;

/// What was asked of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The addresses of a name.
    Name(String),
    /// A connection to an address.
    Address(SocketAddr),
}

/// A network that answers from a list, remembers what it was asked, and leads every connection to one place.
#[derive(Debug)]
pub struct FakeNetwork {
    to: SocketAddr,
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<Question>>,
}

impl FakeNetwork {
    /// One whose connections lead there.
    #[must_use]
    pub fn leading_to(to: SocketAddr) -> Self {
        Self { to, answers: Mutex::default(), asked: Mutex::default() }
    }

    /// The next question for a name is answered with these addresses; the last answer stays.
    ///
    /// # Panics
    /// When one is no address.
    pub fn then(&self, addresses: &[&str]) {
        let addresses = addresses.iter().map(|text| match text.parse() {
            Ok(address) => address,
            Err(error) => panic!("{text} is no address: {error}"),
        });
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push_back(addresses.collect());
    }

    /// What it was asked.
    #[must_use]
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, question: Question) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(question);
    }
}

impl Network for FakeNetwork {
    fn resolve<'a>(&'a self, host: &'a str) -> Asked<'a, Vec<IpAddr>> {
        self.remember(Question::Name(host.to_owned()));
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(async move { next.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }

    fn connect(&self, address: SocketAddr) -> Asked<'_, TcpStream> {
        self.remember(Question::Address(address));
        Box::pin(TcpStream::connect(self.to))
    }
}
