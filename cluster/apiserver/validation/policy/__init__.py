"""The group ``policy``."""
