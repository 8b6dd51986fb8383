"""What every feature of the API shares: problems, pages, the request's transaction, middleware."""
