"""The way in through MQTT 5: Mosquitto's accounts, and the consumer of events."""
