"""Templates, replies, attachments."""
