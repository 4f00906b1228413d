"""The history of a controller: what its template once was, kept as ControllerRevisions."""
