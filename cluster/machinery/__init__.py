"""Pure building blocks of the Kubernetes API: no clock, no database, no other room of the house."""
