"""Server-sent events: what happened, the moment it is committed (contract: `docs/events.md`)."""
