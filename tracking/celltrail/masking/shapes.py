"""What a secret looks like without a name: tokens of well-known services, random strings."""

import re

MASK = "***"

# Shapes as their issuers document them: AWS, GitHub, GitLab, Slack, Google, OpenAI, Anthropic,
# Stripe, Hugging Face, npm, PyPI, SendGrid, Databricks, DigitalOcean, age; JSON Web Tokens
# (RFC 7519). GitHub's list of supported secret scanning patterns names them all.
_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])
    | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{16,}
    | xox[a-z]-[A-Za-z0-9-]{12,} | xapp-[A-Za-z0-9-]{12,}
    | sk-[A-Za-z0-9_-]{20,} | [srp]k_(?:live|test)_[A-Za-z0-9]{10,}
    | AIza[\w-]{30,} | ya29\.[\w.-]{20,} | GOCSPX-[\w-]{20,}
    | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{30,} | pypi-[\w-]{50,}
    | SG\.[\w-]{16,}\.[\w-]{16,} | dapi[0-9a-f]{32} | dop_v1_[0-9a-f]{40,}
    | eyJ[\w-]{14,}\.eyJ[\w-]{4,}(?:\.[\w-]*)?
    | AGE-SECRET-KEY-1[A-Z0-9]{20,}
    )""",
    re.VERBOSE,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[\s\S]*?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*)"
)
_WEBHOOK = re.compile(
    r"(?<=hooks\.slack\.com/)[\w/-]{10,}"
    r"|(?<=discord\.com/api/webhooks/)[\w/-]{10,}"
)
_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9_+=-])[A-Za-z0-9_+-]{20,}={0,2}"
    r"|(?<![A-Za-z0-9_+/=-])(?=[A-Za-z0-9]{0,39}[/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9_+/=-])"
)
_PIECES = re.compile(r"[A-Za-z0-9]+")
_LETTERS = re.compile(r"[a-z]+")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F-]+")
_MIXED = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])|[a-z](?=[A-Z])")
_PAIRS = """
    th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de
    se le sa si ar ve ra ld ur ro ri li io ic ne me co ma el la ta ce ch ll be us il om un ac
    no tr pe ec di lo ag ge am ct ad ca pr ss ut em id ol ot po mo ai ie ir im iv ee pa so su
    sh sp ab ap op up ul bl cl pl cr gr ex ke ck lt ls rs rt rm ns nc ts ty ly fo fi ho mp na
    ni ov ow da do vi va ba bi bo ga go if oc od os og ig ib ob lu pi pu qu sc ew ws fe ps ks
    ef
"""
_COMMON_PAIRS = frozenset(_PAIRS.split())
"""The commonest pairs of letters in English words: three in four there, one in five at random."""

_LOOK_CHARACTERS = 200


def mask_shapes(text: str) -> str:
    """Replace what is a token, a private key or a random string by its looks."""
    if not has_long_run(text):
        return text
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub(MASK, text)
    text = _WEBHOOK.sub(MASK, mask_tokens(text))
    return _CANDIDATE.sub(lambda found: MASK if looks_random(found[0], 20) else found[0], text)


def mask_tokens(text: str) -> str:
    """Replace only what has the shape of a well-known service's tokens."""
    return _TOKENS.sub(MASK, text) if has_long_run(text) else text


def has_long_run(text: str) -> bool:
    """Whether there is anything in `text` that `mask_shapes` would look at."""
    return _LONG_RUN.search(text) is not None


_LONG_RUN = re.compile(r"[A-Za-z0-9_+/-]{17}|-----BEGIN")


def looks_random(text: str, least: int) -> bool:
    """Whether at least `least` letters and digits look drawn at random, and not like words.

    Hexadecimal numbers do not count: notebooks are full of hashes and ids that are no secret.
    """
    if _HEXADECIMAL.fullmatch(text):
        return False
    pieces = _PIECES.findall(text[:_LOOK_CHARACTERS])
    longest = max(pieces, key=len, default="")
    joined = "".join(pieces)
    if len(longest) < 8 or len(joined) < least * 0.8 or not _MIXED.search(longest):
        return False
    runs = [run for piece in pieces for run in _LETTERS.findall(piece.lower())]
    pairs = [run[at : at + 2] for run in runs for at in range(len(run) - 1)]
    common = sum(pair in _COMMON_PAIRS or ord(pair[1]) - ord(pair[0]) in (0, 1) for pair in pairs)
    # The more pairs there are, the surer it is: fewer than one in a thousand long ones is missed.
    share = 0.6 if len(joined) >= 32 else 0.5
    return sum(map(len, runs)) * 3 >= len(joined) and common <= share * len(pairs)
