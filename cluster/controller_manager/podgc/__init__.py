"""The pod garbage collector: pods that nobody else will ever clean up."""
