"""What leaves the server for good: a session as one file that replays by itself, and the log as lines of JSON."""
