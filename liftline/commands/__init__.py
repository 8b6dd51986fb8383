"""The commands of `liftline`, one file each."""
