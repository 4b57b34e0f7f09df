"""Real chat: messages of networks are handed to the room, and its replies are posted there."""
