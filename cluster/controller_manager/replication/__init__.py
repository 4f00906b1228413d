"""The ReplicationController manager: the older ReplicaSet."""
