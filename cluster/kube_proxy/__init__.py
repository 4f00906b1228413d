"""kube-proxy: keeps the packet rules of its node's kernel in step with Services and their endpoints. No packet passes through it."""
