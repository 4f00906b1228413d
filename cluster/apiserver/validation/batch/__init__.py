"""The group ``batch``."""
