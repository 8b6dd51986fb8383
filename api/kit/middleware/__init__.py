"""ASGI layers around the application, outermost first: log, body, deadline."""
