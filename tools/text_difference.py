"""What differs between two short texts, letter by letter, to be shown."""

from difflib import SequenceMatcher

SPACES = str.maketrans({" ": "·", "\u00a0": "·", "\t": "→", "\n": "¶"})


# Fewer letters in common than that between two changes are shown as changed too.
SHORTEST_COMMON = 3


def difference(old, new):
    """Return both texts cut into ``(is_changed, piece)``; changed spaces are visible.

    >>> difference("a  b", "a b")[0]
    [(False, 'a '), (True, '·'), (False, 'b')]
    """
    old, new = old or "", new or ""
    before, after = [], []
    for is_changed, i, j, k, m in _changes(old, new):
        _append(before, is_changed, old[i:j])
        _append(after, is_changed, new[k:m])
    return [_shown(piece) for piece in before], [_shown(piece) for piece in after]


def _changes(old, new):
    """Yield what is common and what is not, without scraps between two changes."""
    blocks = SequenceMatcher(None, old, new, False).get_opcodes()
    for position, (tag, *places) in enumerate(blocks):
        inside = 0 < position < len(blocks) - 1
        is_scrap = inside and places[1] - places[0] < SHORTEST_COMMON
        yield tag != "equal" or is_scrap, *places


def _append(pieces, is_changed, text):
    """Add a piece, to the last one when they are of one kind."""
    if pieces and pieces[-1][0] == is_changed:
        text = pieces.pop()[1] + text
    if text:
        pieces.append((is_changed, text))


def _shown(piece):
    is_changed, text = piece
    return (True, text.translate(SPACES)) if is_changed else piece
