"""Views: parse, call one thing, answer. One module a page or a group of answers."""
