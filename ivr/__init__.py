"""What people hear: prompt catalogue, rendered audio, speech synthesis, calming script, announcements.

`ivr.sounds` is what the dialplan plays; everything else makes those files. Nothing here is needed
while an alarm runs: Asterisk plays the rendered files by itself.
"""
