"""Simulated time and the log of hops: what makes the cluster a film that can be stopped."""
