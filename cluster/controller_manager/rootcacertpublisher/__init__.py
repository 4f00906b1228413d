"""The root CA publisher: every active namespace has a ConfigMap with the certificate that the API server is known by."""
