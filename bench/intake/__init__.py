"""How many events a second are safe, over HTTP and MQTT, and whether 100,000 devices can be watched."""
