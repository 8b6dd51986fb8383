"""Pictures, videos and sounds from cabins."""
