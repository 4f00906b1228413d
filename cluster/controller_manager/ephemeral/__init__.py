"""Claims for generic ephemeral volumes."""
