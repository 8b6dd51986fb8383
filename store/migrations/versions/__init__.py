"""Migrations, named `YYYY-MM-DD-HHMM_slug`; a released one is never edited."""
