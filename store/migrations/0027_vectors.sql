-- What an embedding model made of a text: derived data that can be computed again at any time, so it leaves no audit events.
-- model: SHA-256 of the model; text_key: start of the SHA-256 of the text and its side; numbers: scale and a byte a number.
CREATE TABLE vector (
    model TEXT NOT NULL,
    text_key TEXT NOT NULL,
    numbers BYTEA NOT NULL,
    PRIMARY KEY (model, text_key)
);
