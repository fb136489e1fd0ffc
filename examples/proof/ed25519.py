"""Verifies signatures of Ed25519 (RFC 8032, section 5.1), which Python's library lacks. Slow, and for verifying alone."""
from hashlib import sha512

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_ONE = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)

def add(a, b):
    t = D * a[0] * b[0] * a[1] * b[1]
    x, y = (a[0] * b[1] + a[1] * b[0]) * pow(1 + t, -1, P), (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, P)
    return x % P, y % P

def times(n, a):
    return add(times(n - 1, a), a) if n % 2 else times(n // 2, add(a, a)) if n else (0, 1)

def point(octets):
    y, is_odd = int.from_bytes(octets, "little") % 2**255, octets[31] // 128
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square: x = x * ROOT_OF_MINUS_ONE % P
    if len(octets) != 32 or y >= P or x * x % P != square or (x == 0 and is_odd): raise ValueError("no point of the curve")
    return (x if x % 2 == is_odd else P - x), y

BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def is_signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(r + key + message).digest(), "little") % ORDER
    return len(signature) == 64 and s < ORDER and times(s, BASE) == add(point(r), times(k, point(key)))
