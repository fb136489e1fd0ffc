"""Checks a register without trusting it: python3 verify.py ADDRESS-OR-FOLDER VERIFIER-KEY [RECEIPT-FILE ...]"""
import json, sys
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen
from ed25519 import is_signed
from tree import root, roots

def must(holds, otherwise):
    if not holds: raise ValueError(otherwise)

def read(name):
    if "://" not in source: return Path(source, name.split("?")[0]).read_bytes()
    return urlopen(f"{source.rstrip('/')}/{name}").read()

def octets(base64, beside=b"+/"):
    """What is in base64, if it is written in the one right way; `beside`: the letters that base64url has others for."""
    found = b64decode(base64 + "=" * (-len(base64) % 4), beside)
    must(b64encode(found, beside).decode().rstrip("=") == base64.rstrip("="), f"this is not base64: {base64}")
    return found

def opened(note, keys):
    """The lines of a signed note, and which of these keys have signed it. One wrong signature by them refuses it."""
    text, signatures = note.rsplit(b"\n\n", 1)
    *lines, end = signatures.decode().split("\n")
    by = set()
    for dash, name, signature in (line.split(" ") for line in lines):
        must(dash == "—" and end == "", "this is no signed note")
        number, signature = octets(signature)[:4].hex(), octets(signature)[4:]
        for key in (key for key in keys if key.startswith(f"{name}+{number}+")):
            typed = octets(key.split("+", 2)[2])
            must(sha256(f"{name}\n".encode() + typed).hexdigest()[:8] == number and typed[0] == 1, f"no key: {key}")
            must(is_signed(typed[1:], text + b"\n", signature), f"the signature by {key} is wrong")
            by.add(key)
    return text.decode().split("\n"), by

def keys_of(note):
    """By its name, what each key of the list signs, and from which size to which."""
    (title, *lines), _ = opened(note, [])
    listed = {name: (kind, int(first), END if last == "-" else int(last))
              for kind, name, first, last in map(str.split, lines)}
    _, by = opened(note, [name for name in listed if listed[name][0] == "log"])
    must(title == f"{origin}/keys" and trusted in by, "your verifier key has not signed the list of keys")
    must(all(name in by for name in listed if listed[name][::2] == ("log", END)), "a key in use has not signed it")
    return listed

def is_used(key, size): return keys[key][1] <= size <= keys[key][2]

def checkpoint(note):
    (name, size, told), by = opened(note, [key for key in keys if keys[key][0] == "log"])
    must(name == origin and any(is_used(key, int(size)) for key in by), "no key of the log has signed the checkpoint")
    return int(size), octets(told)

def leaves_of(size):
    lines = []
    while len(lines) < size:
        page = read(f"v1/log?after={len(lines) - 1}&limit=10000").split(b"\n")[:-1]
        must(page, "the log ends before its checkpoint")
        lines += page
    return [sha256(b"\0" + line).digest() for line in lines[:size]]

def told_by(jws):
    """What a receipt says, if the register gave it and it is of this log."""
    plain = lambda text: octets(text, b"-_")
    header, payload, signature = jws.strip().split(".")
    kid, told = json.loads(plain(header))["kid"], json.loads(plain(payload))
    x = next(key["x"] for key in json.loads(read(".well-known/jwks.json"))["keys"] if key["kid"] == kid)
    thumbprint = sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
    must(plain(kid) == thumbprint and keys[kid][0] == "receipt", "the list of keys does not name its key")
    must(is_signed(plain(x), f"{header}.{payload}".encode(), plain(signature)), "its signature is wrong")
    now, last = checkpoint(told["checkpoint"].encode())
    must(told["origin"] == origin and is_used(kid, now), "its key was not in use")
    size, tree = int(told["tree"]["size"]), octets(told["tree"]["root"])
    must(told["question"]["knownAt"] == str(size - 1) and 0 < size <= now, "its tree is not that of its question")
    proof = [octets(one) for one in told["consistency"]]
    must(roots(size, now, proof, tree) == [tree, last] and not proof, "its proof does not lead to its checkpoint")
    must(size <= len(leaves) and root(leaves[:size]) == tree, "it is of another log, or of a later one")
    must(now > len(leaves) or root(leaves[:now]) == last, "the register has signed two logs")
    return f"as known at {size - 1}: {json.dumps(told.get('answer') or told['problem'])}"

END = float("inf")
try:
    source, trusted, *receipts = sys.argv[1:]
    origin = trusted.split("+")[0]
    keys = keys_of(read("log-keys"))
    size, committed = checkpoint(read("checkpoint"))
    leaves = leaves_of(size)
    must(root(leaves) == committed, "the log is not that of the checkpoint")
    print(f"proven: {size} events of {origin}")
    for name in receipts: print(f"proven: {name}, {told_by(Path(name).read_text())}")
except Exception as error:
    sys.exit(f"NOT PROVEN: {error!r}")
