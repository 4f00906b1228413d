"""CoreDNS: answers questions for the names of Services and pods from what it watches, and hands on the others."""
