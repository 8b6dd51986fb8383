"""One real alarm, played with real SIP phones, its promises measured: `liftline demo`."""
