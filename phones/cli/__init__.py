"""`liftline press` and `liftline phone`: real SIP phones from the command line."""
