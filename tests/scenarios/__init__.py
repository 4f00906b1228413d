"""Whole clusters in memory: every component, the same script, and the world in between made as bad as it can be."""
