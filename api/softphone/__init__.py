"""The browser softphone's account."""
