"""The record plane beside the switch: it observes, provisions and may intervene, but no alarm waits for it."""
