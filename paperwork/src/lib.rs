//! Bytes to Excel rows and back: reading workbooks that nobody should trust, writing workbooks that people fill in.
//!
//! No I/O, no clock, no async: bytes come in, bytes go out.
