"""Expressions in definitions: YAQL in ``<% … %>``, Jinja in ``{{ … }}`` and ``{% … %}``.

`compiled` evaluates and inspects them. What an expression gives is data: a text in it that looks
like an expression is never evaluated. (Orquesta evaluates texts in results once more, so that what
somebody typed in a chat would be run.)
"""
