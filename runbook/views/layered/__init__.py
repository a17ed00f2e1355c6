"""Places for boxes and ways for the arrows between them, in layers from top to bottom.

It goes in steps, one file each: arrows that lead back are found (`turning`), boxes get layers (`ranking`), long arrows
a point in every layer (`net`), each layer an order with few crossings (`ordering`), each box a place across
(`placing`, along the main lines of `spine`), each arrow its spot at the box (`ports`) and a line of its own in the gaps
(`tracks`), and all of it a height (`layout`). Parts that no arrow ties together stand side by side (`packing`).

Rule 1: the same input gives the same picture; whatever is equal otherwise stays in the order of the text.
"""
