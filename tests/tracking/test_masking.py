"""Secrets are masked wherever they stand, sources still parse, and all else stays as it is."""

import ast
import random
import string
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail.events import (
    CellCaptured,
    CellEnded,
    CellStarted,
    CellTraced,
    Event,
    GitRecorded,
    MetricsLogged,
    ParamsLogged,
    RunStarted,
    RunUpdated,
    VariableVersion,
    encode_event,
)
from celltrail.masking import is_secret_name, mask_source, mask_text, mask_value
from celltrail.masking.events import masked

PASSWORD = "hunter2-Ada"
RANDOM = "Zq8vK2xW9bT4mJ7cR1pL5nH3"
GITHUB = "ghp_" + "x7Q2" * 9
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
PRIVATE_KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/IBAAK\nCAQEAtest==\n-----END RSA PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    ("source", "masked"),
    [
        (f'api_key = "{PASSWORD}"', 'api_key = "***"'),
        (f"OPENAI_API_KEY = '{PASSWORD}'", "OPENAI_API_KEY = '***'"),
        (f'self.db_password: str = r"{PASSWORD}"', 'self.db_password: str = r"***"'),
        (f'secret = b"{PASSWORD}"', 'secret = b"***"'),
        (f'token = """{PASSWORD}\nmore"""', 'token = """***"""'),
        (f'password = ("{PASSWORD}"\n  "{PASSWORD}")', 'password = ("***"\n  "***")'),
        (f'user, password = "ada", "{PASSWORD}"', 'user, password = "***", "***"'),
        ("password = 12345678", 'password = "***"'),
        (f'os.environ["X_TOKEN"] = "{PASSWORD}"', 'os.environ["X_TOKEN"] = "***"'),
        (
            f'os.environ.setdefault("X_TOKEN", "{PASSWORD}")',
            'os.environ.setdefault("X_TOKEN", "***")',
        ),
        (
            f'd = {{"user": "ada", "password": "{PASSWORD}"}}',
            'd = {"user": "ada", "password": "***"}',
        ),
        (f'login("ada", password="{PASSWORD}")', 'login("ada", password="***")'),
        (f'key = os.getenv("KEY") or "{RANDOM}"', 'key = os.getenv("KEY") or "***"'),
        (f'api_key = SecretStr("{PASSWORD}")', 'api_key = SecretStr("***")'),
        (f'if password == "{PASSWORD}": pass', 'if password == "***": pass'),
        (
            f'def f(user="ada", password="{PASSWORD}"): ...',
            'def f(user="ada", password="***"): ...',
        ),
        (f'passwords = ["{PASSWORD}", "b"]; x = "c"', 'passwords = ["***", "***"]; x = "c"'),
        (
            f'creds = {{"a": 1,\n "b": "{PASSWORD}"}}\nx = "c"',
            'creds = {"***": 1,\n "***": "***"}\nx = "c"',
        ),
        (f'x = "{RANDOM}"', 'x = "***"'),
        (f'f"{{x}}?token={PASSWORD}&n=1"', 'f"{x}?token=***&n=1"'),
        (f'url = f"postgresql://ada:{PASSWORD}@db/{{name}}"', 'url = f"postgresql://ada:***@db/{name}"'),
        (f'h = {{"Authorization": f"Bearer {PASSWORD}"}}', 'h = {"Authorization": f"Bearer ***"}'),
        (f'x = 1  # password: {PASSWORD}', "x = 1  # password: ***"),
        (f"%env API_TOKEN={PASSWORD} and more", "%env API_TOKEN=***"),
        (f"%env API_TOKEN {PASSWORD}", "%env API_TOKEN ***"),
        (
            f'!curl -H "Authorization: Bearer {PASSWORD}" x',
            '!curl -H "Authorization: Bearer ***" x',
        ),
        (f"!curl -u ada:{PASSWORD} https://x", "!curl -u ada:*** https://x"),
        (f"out = !mysql -uada -p{PASSWORD}", "out = !mysql -uada -p***"),
        (f"!export PGPASSWORD={PASSWORD}", "!export PGPASSWORD=***"),
        (f"!tool --password {PASSWORD} --n 3", "!tool --password *** --n 3"),
        (f"%%bash\nTOKEN={PASSWORD} ./run.sh", "%%bash\nTOKEN=*** ./run.sh"),
        (f'j = \'{{"password": "{PASSWORD}", "n": 1}}\'', 'j = \'{"password": "***", "n": 1}\''),
        (f'j = "{{\\"password\\": \\"{PASSWORD}\\"}}"', 'j = "{\\"password\\": \\"***\\"}"'),
        (f'data = [("password", "{PASSWORD}")]', 'data = [("password", "***")]'),
    ],
)  # fmt: skip
def test_a_secret_in_a_cell_is_masked_and_nothing_else(source: str, masked: str) -> None:
    assert mask_source(source) == masked


@pytest.mark.parametrize(
    "source",
    [
        'connect("s3", aws_secret_access_key="{}")',
        'os.environ.update({{"A": "b", "SECRET_KEY": "{}"}})',
        "!docker login -u ada -p {} registry",
        "!sshpass -p '{}' ssh host",
        'requests.get(url, auth=("ada", "{}"))',
        'HTTPBasicAuth("ada", "{}")',
        'headers = {{"Cookie": "session={}"}}',
        'password=\\\n  "{}"',
        'password = "a" if x else "{}"',
        '(user, pw) = ("ada", "{}")',
        'if "{}" == password: pass',
        '@click.option("--password", default="{}")\ndef f(): ...',
        'password = os.getenv("PW", default="{}")',
        'config = """\n[db]\npassword = {}\n"""',
        'connection = "Server=x;User Id=ada;Password={};"',
        'print("the password is {}")',
        "%%writefile .env\nAPI_KEY={}\nDEBUG=1",
        "%track start x --tag password={}",
        'login(\n    "ada",\n    password=(\n        "{}"\n    ),\n)',
        "!git clone https://ada:{}@example.org/x",
        'if x:\n    pass\nelse: password = "{}"',
        'pd.DataFrame({{("db", "password"): ["{}"]}})',
        'logging.warning("login failed, token=%s", "{}")',
        'print("password: {{}}".format("{}"))',
    ],
)
def test_a_secret_is_found_wherever_people_write_it(source: str) -> None:
    masked_source = mask_source(source.format(PASSWORD))
    assert PASSWORD not in masked_source
    assert "***" in masked_source
    assert not parses(source.format(PASSWORD)) or parses(masked_source)


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        GITHUB,
        "github_pat_11ABCDEFG0abcdefghijkl_ABCDEF",
        "sk-proj-AbCdEf1234567890AbCdEf1234567890",
        "xoxb-123456789012-abcdefABCDEF",
        "hf_AbCdEfGhIjKlMnOpQrStUvWxYz",
        "AIza" + "Sy4" * 12,
        WEB_TOKEN,
        PRIVATE_KEY,
        RANDOM,
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ4vT8kXaa",
    ],
)
def test_well_known_tokens_and_random_strings_need_no_name(secret: str) -> None:
    assert mask_text(f"it says {secret} here") == "it says *** here"
    assert secret not in mask_source(f'call("""{secret}""")')


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"password: {PASSWORD}", "password: ***"),
        (f"{{'user': 'ada', 'password': '{PASSWORD}'}}", "{'user': 'ada', 'password': '***'}"),
        (f"GITHUB_TOKEN={PASSWORD}", "GITHUB_TOKEN=***"),
        (f"{{'credentials': {{'user': 'ada', 'value': '{PASSWORD}'}}}}", "{'credentials': ***}"),
        (f"{{'passwords': ['a', '{PASSWORD}'], 'n': 1}}", "{'passwords': ***, 'n': 1}"),
        (f"[('API_TOKEN', '{PASSWORD}'), ('n', 1)]", "[('API_TOKEN', '***'), ('n', 1)]"),
        (f"+api_key = '{PASSWORD}'", "+api_key = '***'"),
        (f"https://ada:{PASSWORD}@example.org/x.git", "https://ada:***@example.org/x.git"),
        (f"Authorization: Bearer {PASSWORD}", "Authorization: Bearer ***"),
        (f"authorization: Basic {PASSWORD}\nnext", "authorization: Basic ***\nnext"),
        (
            f"401 for url: https://x.org/?api_key={PASSWORD}&q=1",
            "401 for url: https://x.org/?api_key=***&q=1",
        ),
        (
            f"aws configure set aws_secret_access_key {RANDOM}",
            "aws configure set aws_secret_access_key ***",
        ),
    ],
)  # fmt: skip
def test_a_secret_in_output_and_messages_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "source",
    [
        'keys = ["loss", "acc"]',
        'tokenizer = "bert-base-uncased"',
        "rows.sort(key=lambda row: row[0])",
        'frame.merge(other, key="user_id", sort_key="created_at")',
        "n_tokens = 512; max_tokens = 4096; token_count = 100000",
        'pad_token = "<pad>"; eos_token = "</s>"; mask_token = "[MASK]"',
        "password = getpass('Password: ')",
        "api_key = os.environ['OPENAI_API_KEY']",
        "client = Client(api_key=api_key, token=settings.token)",
        "for token in tokens: print(token)",
        'password_column = "pw"; token_url = "https://example.org/token"; secret_name = "db"',
        "use_auth_token=True; token=None; password=''",
        f'sha256 = "{"9f86d081884c7d65" * 4}"; run = "123e4567-e89b-12d3-a456-426614174000"',
        'model = AutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")',
        'letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"',
        'path = "/data/2024-11-28T15-02-11_resnet50_lr0.01_bs32/checkpoint_epoch_100.pt"',
        'low_pass = "butter"; first_pass = "yes"',
        'f"password={password}"; f"Bearer {token}"; f"postgres://{user}:{password}@{host}"',
        "# the token: a piece of text, and its key: where it lies",
        'git = "git@github.com:ada/digits.git"; url = "https://github.com/ada/digits"',
        "%timeit sum(tokens)\n!ls -l --sort time | head",
    ],
)
def test_what_is_no_secret_stays(source: str) -> None:
    assert mask_source(source) == source
    assert mask_text(source.replace("getpass('Password: ')", "x")) is not None


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("db_password", "hello", "***"),
        ("apiKey", "abc", "***"),
        ("token", "5", "5"),
        ("loss_per_token", "0.1", "0.1"),
        ("max_tokens", "512", "512"),
        ("use_auth_token", "True", "True"),
        ("key", "user_id", "user_id"),
        ("key", RANDOM, "***"),
        ("wandb", "0123456789abcdef" * 3, "0123456789abcdef" * 3),
        ("wandb_key", "0123456789abcdef" * 3, "***"),
        ("url", f"https://a:{PASSWORD}@b", "https://a:***@b"),
        ("model", "{'password': 'x1'}", "{'password': '***'}"),
    ],
)
def test_a_param_is_judged_by_its_name_and_its_value(name: str, value: str, masked: str) -> None:
    assert mask_value(name, value) == masked


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        *((name, True) for name in ("password", "DB_PASS", "clientSecret", "HF_TOKEN", "api_keys")),
        *((name, False) for name in ("n_tokens", "tokenizer", "key", "keys", "token_type", "x")),
        *((name, False) for name in ("next_token", "password_file", "primary_key", "compass")),
    ],
)
def test_names(name: str, is_secret: bool) -> None:
    assert is_secret_name(name) is is_secret


SECRET_NAMES = st.sampled_from(
    ["password", "api_key", "DB_PASSWORD", "hfToken", "client_secret", "aws_secret_access_key"]
)
# Letters and digits, and what passwords hold besides; a word of at least five.
CHOSEN = st.text(string.ascii_letters + string.digits + "!#+-.:@_~$/", min_size=5).map(
    "Qz9{}".format
)
ALPHABET = string.ascii_letters + string.digits
DRAWN = st.integers(0, 2**64).map(
    lambda seed: "x7Kq" + "".join(random.Random(seed).choices(ALPHABET, k=44))
)
VOCABULARY = """
    model train epoch loss data frame plot token key value print range import numpy as np return
    lambda x y for in if else the of and batch_size learning_rate 0.1 512 = + ( ) [ ] , :
"""
WORDS = st.lists(st.sampled_from([*VOCABULARY.split(), "\n"])).map(" ".join)
FORMS = st.sampled_from(
    [
        "{name} = '{secret}'",
        '{name}: str = """{secret}"""',
        "f({name}='{secret}', x=1)",
        "d = {{'{name}': '{secret}'}}",
        "os.environ['{name}'] = f'{secret}'",
        "d.setdefault('{name}', '{secret}')",
        "x = '''\n{name}={secret}\n'''",
        "x = ('a', 'b'); {name} = ('{secret}'\n 'tail')",
        "print('x')  # {name} = {secret}",
        "# {name}: '{secret}'",
    ]
)


def parses(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except SyntaxError:
            return False
    return True


@given(SECRET_NAMES, CHOSEN, FORMS, WORDS, WORDS)
def test_a_secret_under_its_name_never_stays(
    name: str, secret: str, form: str, before: str, after: str
) -> None:
    planted = form.format(name=name, secret=secret)
    comments = "".join(f"# {line}\n" for line in before.splitlines())
    source = f"{comments}{planted}\n# {' '.join(after.split())}"
    assert parses(source)
    masked = mask_source(source)
    assert secret not in masked
    assert parses(masked)
    assert mask_source(masked) == masked


@given(DRAWN, WORDS, WORDS)
def test_a_long_random_string_never_stays(secret: str, before: str, after: str) -> None:
    text = f"{before} {secret} {after}"
    assert secret not in mask_text(text)
    assert secret not in mask_source(f"x = {text!r}")


@given(WORDS)
def test_text_without_secrets_is_unchanged(text: str) -> None:
    assert mask_text(text) == text
    assert mask_source(text) == text


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_taken_and_masked_once(text: str) -> None:
    for mask in (mask_text, mask_source):
        masked = mask(text)
        assert mask(masked) == masked
    assert not parses(text) or parses(mask_source(text))


def test_every_event_that_may_hold_secrets_is_masked() -> None:
    secret = f"password={PASSWORD}"
    write = VariableVersion("api_key", "str", summary=PASSWORD, fingerprint="f" * 32)
    events: list[Event] = [
        RunStarted("r", "n", "e", "script", 1, tags={"token": PASSWORD}),
        RunUpdated("r", tags={"note": secret}),
        RunUpdated("r", name=f"with {GITHUB}"),
        CellStarted("x", "r", 1, f"api_key = '{PASSWORD}'", 1),
        CellEnded("x", "error", 1.0, "ValueError", secret),
        CellCaptured("x", console=secret, candidate_params={"password": PASSWORD}),
        CellTraced("x", writes=[write]),
        ParamsLogged("r", {"secret": PASSWORD}),
        GitRecorded("r", "c", 1, remote=f"https://a:{PASSWORD}@b", diff=f"+{secret}"),
    ]
    for event in events:
        data = encode_event(masked(event))
        assert PASSWORD.encode() not in data
        assert GITHUB.encode() not in data
        assert write.fingerprint is not None
        assert write.fingerprint.encode() not in data


def test_an_event_without_secrets_is_the_same_object() -> None:
    for event in (
        CellStarted("x", "r", 1, "lr = 0.1", 1),
        MetricsLogged("r", {"token": 1.0}, 0, 1),
        CellTraced("x", writes=[VariableVersion("lr", "float", fingerprint="f")]),
    ):
        assert masked(event) is event
