"""The evidence bundle: one ZIP that proves an incident off line, with a verifier that needs nothing of ours."""
