"""The audit record, to be looked at and taken along."""
