"""A simulated CSI driver: makes volumes for claims, and takes them away again."""
