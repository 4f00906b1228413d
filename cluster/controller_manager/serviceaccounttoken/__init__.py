"""The tokens controller: fills in and takes away the Secrets that hold the token of a ServiceAccount."""
