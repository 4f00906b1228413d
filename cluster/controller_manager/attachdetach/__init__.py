"""Attaches volumes to the nodes of the pods that need them, and detaches them."""
