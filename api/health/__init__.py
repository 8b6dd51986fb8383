"""Is it alive, is it ready, and what is degraded."""
