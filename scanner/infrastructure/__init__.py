"""What bindings say of evaluated resources, whatever language they are written in.

A collector evaluates its language and hands over resources (``resource.Resource``); here the bindings are asked what
each of them means: which is judged, what it is linked to, and what follows for its settings. That way two languages
cannot come to different verdicts on the same infrastructure because one of them was taught less.
"""
