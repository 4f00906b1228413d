"""Deletion of Jobs some time after they have ended."""
