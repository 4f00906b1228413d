"""kubeadm: what ``kubeadm init`` and ``kubeadm join`` leave behind on machines and in the cluster."""
