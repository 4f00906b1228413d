"""The group ``autoscaling``."""
