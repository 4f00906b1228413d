"""The group ``apps``."""
