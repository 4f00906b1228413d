"""The Channels worker: runs a cluster's engine where the lease allows it, and serves its requests."""
