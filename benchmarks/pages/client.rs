//! One browser's kept-alive connection: just enough HTTP to ask for a page and know when its last byte is here.

use std::io::{BufRead as _, BufReader, Error, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection with a session.
pub struct Client {
    stream: BufReader<TcpStream>,
    cookie: String,
}

/// What came back, and how long it took from the first byte sent to the last received.
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub time: Duration,
}

impl Client {
    pub fn new(server: SocketAddr, cookie: String) -> Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), cookie })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        let start = Instant::now();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", self.cookie);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut length = None;
        loop {
            let header = self.line()?;
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let (Some(status), Some(length)) = (status, length) else {
            return Err(Error::other("an answer without a status or a length"));
        };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned(), time: start.elapsed() })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
