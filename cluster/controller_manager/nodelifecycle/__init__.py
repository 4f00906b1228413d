"""The node lifecycle controller: notices silent nodes and taints them; the taint eviction controller clears them."""
