"""Graphs of workflows as text for a terminal, Mermaid, Graphviz and SVG."""
