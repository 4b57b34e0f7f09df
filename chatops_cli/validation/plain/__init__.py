"""What is checked of the plain text of packs' files, whatever is in them."""
