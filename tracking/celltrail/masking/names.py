"""Whether a name says that its value is secret: `api_key`, `dbPassword`, but not `n_tokens`."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Literal

Secrecy = Literal["open", "doubtful", "secret", "password"]
"""doubtful: it depends on the value. password: secret even if it is a plain word."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PASSWORDS = _words(
    """
    password passwords passwd passphrase passphrases passcode pwd pw pgpassword secret secrets
    credential credentials creds
    """
)
_FUSED = _words(
    """
    cookie cookies apikey apikeys accesskey secretkey privatekey authkey apitoken authtoken
    accesstoken
    refreshtoken bearertoken clientsecret
    """
)
_OF_KEYS = _words(
    """
    api access private auth encryption signing ssh master license service subscription storage
    consumer app shared deploy hmac aes rsa jwt session account authorization function host
    openai anthropic cohere mistral groq wandb hf huggingface aws azure gcp google github
    gitlab stripe twilio sendgrid datadog slack kaggle comet neptune pinecone gemini replicate
    """
)
_DOUBTFUL = _words(
    """
    key auth authorization signature sig sas dsn salt otp pat bearer webhook
    """
)
_OF_TEXTS = _words(
    """
    pad eos bos unk sep cls mask start end stop next prev previous first last special image
    text sub page current new padding unknown continuation csrf each every
    """
)
"""In front of `token`: a piece of a text, or a place in a list."""

_OF_FILTERS = _words(
    """
    low high band first second third forward backward by one two
    """
)
"""In front of `pass`."""

_ABOUT = _words(
    """
    name names url uri path file dir folder length len size count type field column col
    columns policy prompt label id ids index idx expiry expires regex pattern hint min max
    manager provider endpoint func fn class required version arn store error errors env var
    ref kind mode format parser scope scopes group reader page
    """
)
"""Behind a secret: something about it, not the secret."""


@lru_cache(4096)
def secrecy(name: str) -> Secrecy:
    """Return what the name of a variable, an option, a header or a column says of its value."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    if not words or words[-1] in _ABOUT:
        return "open"
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if not _PASSWORDS.isdisjoint(words):
        return "password"
    if last == "pass" and before and before not in _OF_FILTERS:
        return "password"
    if last in _FUSED or (last == "token" and before not in _OF_TEXTS):
        return "secret"
    if last in ("key", "keys", "tokens") and before in _OF_KEYS:
        return "secret"
    return "doubtful" if last in _DOUBTFUL or _holds_key(words) else "open"


def _holds_key(words: list[str]) -> bool:
    """Whether a long name has a key inside: `fs.azure.account.key.x.blob.core.windows.net`."""
    return any(word == "key" and of in _OF_KEYS for of, word in pairwise(words))


def is_secret_name(name: str) -> bool:
    """Whether the value of `name` is secret whatever it looks like."""
    return secrecy(name) in ("secret", "password")
