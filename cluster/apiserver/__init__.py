"""kube-apiserver: the hub. Every other component talks to it and to nothing else."""
