"""One supervisor for all processes of an instance: what runs, how it is started, watched and stopped."""
