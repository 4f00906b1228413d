"""The ReplicaSet controller: as many pods as the ReplicaSet asks for."""
