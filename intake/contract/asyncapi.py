"""The AsyncAPI document of the MQTT interface."""

from __future__ import annotations

from typing import Any

from intake.accepting.reading import MAX_EVENTS
from intake.accepting.verdicts import Outcome, Reason
from intake.contract.examples import EXAMPLES
from intake.contract.schema import json_schema
from intake.mqtt.topics import EVENTS, VERDICTS

_VERDICT = {
    "index": 0,
    "event_id": "7f3c-000042",
    "verdict": "stored",
}


def asyncapi() -> dict[str, Any]:
    """Give the document (AsyncAPI 3.0)."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Liftline: sensor gateways over MQTT 5",
            "version": "1",
            "description": (
                "User name: the key's prefix; password: the key. QoS 1, MQTT 5. The broker's PUBACK says that it "
                "has the "
                "message; only the verdict says that the event is safe. Keep an event until its verdict is there, and "
                "send "
                "it again when none comes within 30 s: nothing is stored twice."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            "events": {
                "address": EVENTS.format(device_code="{device_code}"),
                "parameters": {
                    "device_code": {"description": "设备代码 of the lift that all events of the message name"}
                },
                "messages": {"events": {"$ref": "#/components/messages/Events"}},
            },
            "verdicts": {
                "address": VERDICTS.format(device_code="{device_code}") + "/{reply}",
                "parameters": {
                    "device_code": {"description": "设备代码"},
                    "reply": {"description": "Chosen by the gateway, named in the message's response topic"},
                },
                "messages": {"verdicts": {"$ref": "#/components/messages/Verdicts"}},
            },
        },
        "operations": {
            "sendEvents": {
                "action": "receive",
                "channel": {"$ref": "#/channels/events"},
                "bindings": {"mqtt": {"qos": 1, "retain": False}},
                "reply": {
                    "address": {"location": "$message.header#/responseTopic"},
                    "channel": {"$ref": "#/channels/verdicts"},
                },
            }
        },
        "components": {"messages": {"Events": _events(), "Verdicts": _verdicts()}},
    }


def _events() -> dict[str, Any]:
    return {
        "summary": f"An event, or an array of up to {MAX_EVENTS}",
        "description": (
            "Set MQTT 5's response topic (below the lift's own `verdicts`) and correlation data to be answered. Where "
            "several "
            "gateways may speak for the lift, the user property `gateway` names which one sends."
        ),
        "payload": {"oneOf": [json_schema(), {"type": "array", "items": {"type": "object"}, "maxItems": MAX_EVENTS}]},
        "examples": [{"payload": EXAMPLES[1]}],
    }


def _verdicts() -> dict[str, Any]:
    words = {"type": "object", "required": ["index", "event_id", "verdict"]}
    properties = {
        "index": {"type": "integer"},
        "event_id": {"type": ["string", "null"]},
        "verdict": {"enum": [one.value for one in Outcome]},
        "reason": {"enum": [one.value for one in Reason]},
        "field": {"type": "string"},
        "detail": {"type": "string"},
    }
    counts: dict[str, Any] = {one.value: {"type": "integer"} for one in Outcome}
    return {
        "summary": "What became of each event, with the message's correlation data",
        "payload": {
            "type": "object",
            "properties": {**counts, "verdicts": {"type": "array", "items": {**words, "properties": properties}}},
        },
        "examples": [{"payload": {"stored": 1, "duplicate": 0, "refused": 0, "verdicts": [_VERDICT]}}],
    }
