"""Authorization: the node authorizer and the default roles."""
