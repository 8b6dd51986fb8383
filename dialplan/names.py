"""The one place that names every context, channel variable, AstDB family and journal event.

The dialplan (`*.conf` beside this file) and every Python module use these names and no others;
`tests/dialplan/test_names.py` compares the two sides.
"""

from __future__ import annotations

from enum import StrEnum


class Context(StrEnum):
    """Dialplan contexts. Those a SIP endpoint may enter carry the comment *entry*."""

    CABIN = "ll-cabin"  # entry: a registered cabin pressed its button
    TRUNK = "ll-trunk"  # entry: a call from the trunk (a GSM/analogue cabin, or a stranger)
    PHONE = "ll-phone"  # entry: a guard's desk phone or an operator's softphone dials
    ALARM = "ll-alarm"  # the alarm itself, from press to release
    RESUME = "ll-resume"  # alarms that an Asterisk crash interrupted go on
    LEG = "ll-leg"  # one target of a tier, as a Local channel
    CONFIRM = "ll-confirm"  # runs on the callee: who accepts, by answer or by key
    CENTRE = "ll-centre"  # the centre's queue as a Local channel
    CALLBACK = "ll-callback"  # a call into the cabin
    INTERVENE = "ll-intervene"  # the centre on a running alarm; one extension for each `Mode`
    ROOM = "ll-room"  # the passenger in a conversation of more than two
    PERSON = "ll-person"  # a person in that conversation
    CONTACT = "ll-contact"  # the centre calls a person
    INVITE = "ll-invite"  # a third party for a running alarm
    SENSED = "ll-sensed"  # an alarm that sensors raised; its channel stands for the passenger
    REACH = "ll-reach"  # its other side, which calls the cabin
    NOTIFY = "ll-notify"  # calls one person about what sensors saw


class Event(StrEnum):
    """User events of the journal (`userdeftype` of a CEL record).

    The record's extra is a URL query string with percent-encoded values; the fields of each event
    are listed in `docs/journal.md`.
    """

    ALARM_RAISED = "alarm_raised"
    RECORDING_STARTED = "recording_started"
    ROUND_STARTED = "round_started"
    TIER_STARTED = "tier_started"
    LEG_DIALLED = "leg_dialled"
    LEG_ANSWERED = "leg_answered"
    KEY_PRESSED = "key_pressed"
    LEG_ACCEPTED = "leg_accepted"
    LEG_TAKEN = "leg_taken"
    LEG_FAILED = "leg_failed"
    TIER_FINISHED = "tier_finished"
    NOBODY_ANSWERED = "nobody_answered"
    TALK_ENDED = "talk_ended"
    HOLD_STARTED = "hold_started"
    HOLD_ENDED = "hold_ended"
    RECORDING_FINISHED = "recording_finished"
    CALL_ENDED = "call_ended"
    CALLBACK_STARTED = "callback_started"
    CALLBACK_ANSWERED = "callback_answered"
    CALLBACK_REFUSED = "callback_refused"
    CALLBACK_ENDED = "callback_ended"
    CALLBACK_JOINED = "callback_joined"
    INTERVENTION_STARTED = "intervention_started"
    INTERVENTION_CHANGED = "intervention_changed"
    INTERVENTION_ENDED = "intervention_ended"
    ROOM_ENTERED = "room_entered"
    ROOM_LEFT = "room_left"
    PERSON_LOST = "person_lost"
    CABIN_CALLED = "cabin_called"
    CABIN_ANSWERED = "cabin_answered"
    CABIN_FAILED = "cabin_failed"


class LegStatus(StrEnum):
    """How a leg ended without taking the alarm (`leg_failed`, field `status`)."""

    NOANSWER = "NOANSWER"  # rang its full time
    BUSY = "BUSY"  # 486
    DECLINED = "DECLINED"  # 603: a person pressed "reject"
    CHANUNAVAIL = "CHANUNAVAIL"  # not registered, unreachable, no route
    CONGESTION = "CONGESTION"  # the network or trunk refused (5xx)
    NOACCEPT = "NOACCEPT"  # answered, but nobody pressed the key in time
    CANCEL = "CANCEL"  # passenger left or another leg took the alarm


class Accept(StrEnum):
    """What makes an answered leg take the alarm."""

    ANSWER = "answer"
    KEY = "key"


class Intervention(StrEnum):
    """What an operator of the centre does on a running alarm; the extensions of `Context.INTERVENE`."""

    LISTEN = "listen"  # the others hear nothing of it
    WHISPER = "whisper"  # heard by the person who talks with the passenger, and by nobody else
    JOIN = "join"  # all hear each other; the tiers are called on while nobody has the alarm
    TAKE_OVER = "take_over"  # the operator has the alarm; nobody else is called


class Role(StrEnum):
    """Whose tier it is (notice, annex 1 section 二: one, two, three)."""

    PROPERTY = "property"
    MAINTAINER = "maintainer"
    CENTRE = "centre"


class Family(StrEnum):
    """AstDB families. `Family.LIFT` and the like are followed by `/<key>` or `/<id>/<key>`."""

    ENDPOINT = "liftline/endpoint"
    AUTH = "liftline/auth"
    AOR = "liftline/aor"
    CABIN = "liftline/cabin"  # SIP account → device code
    CALLER = "liftline/caller"  # trunk caller number → device code
    DID = "liftline/did"  # dialled trunk number → device code
    RESCUE = "liftline/rescue"  # rescue number → device code
    LIFT = "liftline/lift"  # <device code>/{name,rescue,cabin,announce,plan}; plan = steps joined by "|"
    PART = "liftline/part"  # digest → part of a plan too long for one value, which then is "*<digest>,<digest>"
    DUTY = "liftline/duty"  # <organization id>/<UTC day> → seconds of that day, "0,28800", at which a slot begins
    SLOT = "liftline/slot"  # <organization id>/<UTC day>.<second> → targets; day `later`: any day not pushed
    OPERATOR = "liftline/operator"  # SIP account of an operator → their other phones, joined by "&"
    MEMBER = "liftline/member"  # <device code>/<number or account> → role
    MATTER = "liftline/matter"  # incident number → who confirmed a fault: "role,target"
    ACTIVE = "liftline/active"  # call id → state of a running alarm
    AT = "liftline/at"  # device code → call id of its running alarm


CENTRE_QUEUE = "centre"
"""Asterisk queue whose members are the centre's operators."""

CENTRE_TARGET = "centre"
"""Address in a step that means: the centre's queue."""

PARTS_MARK = "*"
"""What a plan begins with when its value is only the names of its parts."""

LATER = "later"
"""Stands for every day whose duty is not in the AstDB."""

DUTY_PREFIX = "duty/"
"""Address prefix in a step: who of organization <id> is on duty now."""

TRUNK = "trunk"
"""Name of the PJSIP endpoint of the carrier's trunk."""

BLOCKED_ACL = "liftline-blocked"
"""The list of addresses that are shut out."""

REALM = "liftline"
"""Digest realm of every SIP account; HA1 = MD5(account:liftline:password)."""

CALLBACK_PREFIX = "7"
"""A guard or maintainer dials this prefix + the rescue number to reach the cabin."""
