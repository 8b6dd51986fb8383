"""The pretend mobile carrier: a second Asterisk that speaks true SIP as the switch's trunk.

Mobiles register to it with their number as user name; a call from the switch rings the mobile of that
number; what a mobile or a GSM cabin dials reaches the switch with its number as caller. For the sample
estate, the demo and the tests; a real site has a real carrier.
"""

from carrier.config import Mobile, render
from carrier.control import Carrier, CarrierError, command

__all__ = ["Carrier", "CarrierError", "Mobile", "command", "render"]
