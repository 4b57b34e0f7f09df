"""What the terminal itself is told, by a slash: nobody in the room hears it."""
