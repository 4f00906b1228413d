"""The packet rules in a node's kernel: kube-proxy writes them, the network follows them, and neither knows the other."""
