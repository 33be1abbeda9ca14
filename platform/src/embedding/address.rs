//! A model at an address: `POST …/embeddings` as OpenAI, vLLM, Ollama and most servers of a ministry's own answer it.

use std::path::Path;
use std::time::Duration;

use matching::encoder::{Side, StoredVector};
use serde::{Deserialize, Serialize};

use super::{ModelRefusal, sha256};

/// Texts in one request.
const TEXTS_PER_REQUEST: usize = 64;

/// How often a request is made before it is given up.
const ATTEMPTS_MAX: u32 = 5;

/// Pause before the second attempt; each further one waits twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// Longest pause that an answer may ask for.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// Longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Longest wait for an answer.
const ANSWER_MAX: Duration = Duration::from_mins(2);

/// Most bytes of an answer that are read: 64 vectors of 4,096 numbers in decimal, and room.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// Characters of a refusing answer that are shown.
const SHOWN_CHARS: usize = 200;

/// A server, the model asked for, and how to wait between attempts.
pub(super) struct Address {
    url: String,
    model: String,
    key: Option<String>,
    agent: ureq::Agent,
    pause: fn(Duration),
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    index: usize,
    embedding: Vec<f32>,
}

/// Why an attempt failed.
enum Failure {
    /// Another may do better, after the pause that was asked for.
    Passing(String, Option<Duration>),
    /// Another would fail as well.
    Lasting(String),
}

impl Address {
    /// Takes `https://host/v1#model` apart; the key, if the server wants one, is the first line of a file.
    pub fn parse(address: &str, key_file: Option<&Path>) -> Result<Self, ModelRefusal> {
        let (base, model) = address
            .split_once('#')
            .filter(|(_, model)| !model.is_empty())
            .ok_or_else(|| ModelRefusal(format!("地址 {address} 没有写模型名；应如 https://主机/v1#模型名")))?;
        let base = base.trim_end_matches('/');
        let url = if base.ends_with("/embeddings") { base.to_owned() } else { format!("{base}/embeddings") };
        let read = |path: &Path| {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|fault| ModelRefusal(format!("不能读取密钥文件 {}：{fault}", path.display())))?;
            Ok(text.lines().next().unwrap_or_default().trim().to_owned())
        };
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT_MAX))
            .timeout_global(Some(ANSWER_MAX))
            .http_status_as_error(false)
            .build();
        let key = key_file.map(read).transpose()?;
        Ok(Self { url, model: model.to_owned(), key, agent: config.into(), pause: std::thread::sleep })
    }

    /// SHA-256 of the address and the model's name: what a server calls one model is taken to stay one model.
    pub fn identity(&self) -> String {
        sha256(&[self.url.as_bytes(), b"#", self.model.as_bytes()])
    }

    /// Vectors of the texts, scaled to length 1.
    pub fn encode(&self, texts: &[&str], side: Side) -> Result<Vec<StoredVector>, ModelRefusal> {
        let mut vectors = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(TEXTS_PER_REQUEST) {
            let input: Vec<String> = chunk.iter().map(|text| format!("{}{text}", self.prefix(side))).collect();
            vectors.extend(self.with_attempts(&input)?);
        }
        Ok(vectors)
    }

    /// Models of the e5 family were trained with a prefix for either side; others want the bare text.
    fn prefix(&self, side: Side) -> &'static str {
        match side {
            _ if !self.model.to_lowercase().contains("e5") => "",
            Side::Query => "query: ",
            Side::Passage => "passage: ",
        }
    }

    fn with_attempts(&self, input: &[String]) -> Result<Vec<StoredVector>, ModelRefusal> {
        let mut pause = PAUSE;
        let mut attempt = 1;
        loop {
            let (told, asked) = match self.attempt(input) {
                Ok(vectors) => return Ok(vectors),
                Err(Failure::Lasting(told)) => return Err(self.refusal(&told)),
                Err(Failure::Passing(told, asked)) => (told, asked),
            };
            if attempt == ATTEMPTS_MAX {
                return Err(self.refusal(&format!("{told}（试了 {ATTEMPTS_MAX} 次）")));
            }
            (self.pause)(asked.unwrap_or(pause).min(PAUSE_MAX));
            (attempt, pause) = (attempt + 1, pause * 2);
        }
    }

    fn refusal(&self, told: &str) -> ModelRefusal {
        ModelRefusal(format!(
            "向量服务 {} 的模型 {}：{told}；请检查地址、模型名和密钥，或写 --model none",
            self.url, self.model
        ))
    }

    fn attempt(&self, input: &[String]) -> Result<Vec<StoredVector>, Failure> {
        let request = Request { model: &self.model, input, encoding_format: "float" };
        let body = serde_json::to_vec(&request).map_err(|fault| Failure::Lasting(fault.to_string()))?;
        let mut post = self.agent.post(&self.url).header("content-type", "application/json");
        if let Some(key) = &self.key {
            post = post.header("authorization", format!("Bearer {key}"));
        }
        let mut response =
            post.send(&body[..]).map_err(|fault| Failure::Passing(format!("没有回应（{fault}）"), None))?;
        let status = response.status().as_u16();
        let asked = response.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
        let text = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        let text = text.map_err(|fault| Failure::Passing(format!("回应没有读完（{fault}）"), None))?;
        let shown: String = text.chars().take(SHOWN_CHARS).collect();
        match status {
            200 => vectors(&text, input.len())
                .ok_or_else(|| Failure::Lasting(format!("回应不是 {} 个向量：{shown}", input.len()))),
            408 | 429 | 500..=599 => {
                Err(Failure::Passing(format!("回应 {status}：{shown}"), asked.map(Duration::from_secs)))
            }
            _ => Err(Failure::Lasting(format!("回应 {status}：{shown}"))),
        }
    }
}

/// The vectors of an answer in the order of the texts; nothing unless there is one of the same length for each.
fn vectors(text: &str, count: usize) -> Option<Vec<StoredVector>> {
    let mut data = serde_json::from_str::<Answer>(text).ok()?.data;
    data.sort_by_key(|one| one.index);
    let length = data.first()?.embedding.len();
    let fits = |(at, one): (usize, &Embedding)| {
        one.index == at && one.embedding.len() == length && one.embedding.iter().all(|number| number.is_finite())
    };
    (data.len() == count && length > 0 && data.iter().enumerate().all(fits)).then(|| data.iter().map(unit).collect())
}

fn unit(one: &Embedding) -> StoredVector {
    let length = one.embedding.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    StoredVector::of(&one.embedding.iter().map(|number| number / length).collect::<Vec<f32>>())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    /// A server that gives these answers one after the other, and what it was asked.
    fn server(answers: Vec<(u16, String)>) -> (String, Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/v1#small-e5", listener.local_addr().unwrap());
        let (tell, told) = channel();
        std::thread::spawn(move || {
            for (status, body) in answers {
                let (stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(&stream);
                let (mut head, mut length) = (String::new(), 0);
                while !head.ends_with("\r\n\r\n") {
                    let start = head.len();
                    reader.read_line(&mut head).unwrap();
                    let line = head[start..].to_lowercase();
                    length =
                        line.strip_prefix("content-length: ").map_or(length, |number| number.trim().parse().unwrap());
                }
                let mut asked = vec![0; length];
                reader.read_exact(&mut asked).unwrap();
                tell.send(head + &String::from_utf8(asked).unwrap()).unwrap();
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                (&stream).write_all((head + &body).as_bytes()).unwrap();
            }
        });
        (address, told)
    }

    fn at(address: &str) -> Address {
        Address { pause: |_| {}, ..Address::parse(address, None).unwrap() }
    }

    fn answer(vectors: &[(usize, [f32; 2])]) -> String {
        let data: Vec<_> =
            vectors.iter().map(|(index, v)| serde_json::json!({"index": index, "embedding": v})).collect();
        serde_json::json!({ "data": data }).to_string()
    }

    #[test]
    fn vectors_come_in_the_order_of_the_texts_with_length_one() {
        let (address, told) = server(vec![(200, answer(&[(1, [0.0, 2.0]), (0, [3.0, 4.0])]))]);
        let vectors = at(&address).encode(&["石墨烯", "水稻"], Side::Query).unwrap();
        let wide: Vec<Vec<f32>> = vectors.iter().map(StoredVector::widened).collect();
        assert!((wide[0][0] - 0.6).abs() < 0.01 && (wide[0][1] - 0.8).abs() < 0.01 && (wide[1][1] - 1.0).abs() < 0.01);
        let asked = told.recv().unwrap();
        assert!(asked.starts_with("POST /v1/embeddings ") && asked.contains(r#""model":"small-e5""#), "{asked}");
        assert!(asked.contains("query: 石墨烯"), "{asked}");
    }

    #[test]
    fn a_busy_server_is_asked_again() {
        let (address, told) =
            server(vec![(503, "busy".into()), (429, String::new()), (200, answer(&[(0, [1.0, 0.0])]))]);
        assert_eq!(at(&address).encode(&["石墨烯"], Side::Passage).unwrap().len(), 1);
        assert_eq!(told.iter().count(), 3);
    }

    #[test]
    fn a_server_that_stays_busy_is_given_up_after_the_last_attempt() {
        let (address, told) = server(vec![(500, "broken".into()); ATTEMPTS_MAX as usize]);
        let refusal = at(&address).encode(&["石墨烯"], Side::Query).unwrap_err();
        assert!(refusal.0.contains("回应 500：broken（试了 5 次）"), "{refusal}");
        assert_eq!(told.iter().count(), ATTEMPTS_MAX as usize);
    }

    #[test]
    fn a_wrong_key_or_a_strange_answer_is_told_at_once() {
        for (status, body, told) in [(401, "no key", "回应 401：no key"), (200, "{\"data\":[]}", "回应不是 1 个向量")]
        {
            let (address, asked) = server(vec![(status, body.into())]);
            let refusal = at(&address).encode(&["石墨烯"], Side::Query).unwrap_err();
            assert!(refusal.0.contains(told), "{refusal}");
            assert_eq!(asked.iter().count(), 1);
        }
    }

    #[test]
    fn more_texts_than_one_request_holds_are_sent_in_several() {
        let full: Vec<(usize, [f32; 2])> = (0..TEXTS_PER_REQUEST).map(|at| (at, [1.0, 0.0])).collect();
        let (address, told) = server(vec![(200, answer(&full)), (200, answer(&[(0, [0.0, 1.0])]))]);
        let vectors = at(&address).encode(&["石墨烯"; TEXTS_PER_REQUEST + 1], Side::Query).unwrap();
        assert_eq!((vectors.len(), told.iter().count()), (TEXTS_PER_REQUEST + 1, 2));
    }

    #[test]
    fn an_address_without_a_model_is_refused() {
        let refusal = Address::parse("https://host/v1", None).err().unwrap();
        assert!(refusal.0.contains("#模型名"), "{refusal}");
    }
}
