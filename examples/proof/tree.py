"""The tree of a log, from the hashes of its leaves, and its proofs (RFC 6962, section 2.1)."""
from hashlib import sha256

def node(left, right): return sha256(b"\1" + left + right).digest()

def half(size): return 1 << (size - 1).bit_length() - 1

def root(leaves):
    if len(leaves) < 2: return leaves[0] if leaves else sha256().digest()
    left = half(len(leaves))
    return node(root(leaves[:left]), root(leaves[left:]))

def roots(old, new, proof, known):
    """The roots that a proof leads to: of the tree of `old` leaves, and of that of `new`. It uses up the proof. `known`:
    the root of the older tree, until the proof goes into a part of it."""
    if old == new: return [known or proof.pop()] * 2
    beside, left = proof.pop(), half(new)
    if old > left: return [node(beside, one) for one in roots(old - left, new - left, proof, None)]
    before, now = roots(old, left, proof, known)
    return [before, node(now, beside)]
