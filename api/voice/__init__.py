"""What people do on the telephone with one click: intervene in an alarm, call a cabin, call a person."""
