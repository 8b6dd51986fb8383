"""The REST API `/api/v1`: FastAPI application, log-in, live event stream, health and metrics."""
