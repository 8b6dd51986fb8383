"""Numbers for the overview: how quickly people answer, what is open, which cabins are on line."""
