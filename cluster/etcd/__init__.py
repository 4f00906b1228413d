"""etcd: the cluster's memory. The only room that writes state; it knows nothing of Kubernetes but ``resourceVersion``."""
