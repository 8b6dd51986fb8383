"""Looks an instance over; each finding says what is wrong and how to mend it."""
