"""From what someone typed to the one alias that means it: formats, index, matcher."""
