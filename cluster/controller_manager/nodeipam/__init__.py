"""The node IPAM controller: every node gets a range of pod addresses."""
