"""What is broken in a cluster on purpose, and what follows from it."""
