"""The dashboard: pages, sockets and pictures. It reads the cluster and steers it; it never simulates."""
