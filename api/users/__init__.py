"""Log-ins of people."""
