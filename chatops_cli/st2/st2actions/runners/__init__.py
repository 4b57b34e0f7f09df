"""Old places of classes that packs still import from."""
