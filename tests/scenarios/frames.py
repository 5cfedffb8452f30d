"""Data frames."""

from tests.scenarios.scenario import Scenario

_FRAME = "df = pd.DataFrame({'a': [3, 1, 2], 'b': [1.0, 2.0, 3.0]})"

# fmt: off
SCENARIOS = (
    Scenario("column assigned", "data frames", (
        "import pandas as pd", _FRAME, "df.describe()", "df['c'] = df.a * 2", "total = df.c.sum()",
    ), "total", (1, 2, 4, 5), "total == 12"),
    Scenario("inplace", "data frames", (
        "import pandas as pd", _FRAME, "df.sort_values('a', inplace=True)", "x = df.a.iloc[0]",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("loc", "data frames", (
        "import pandas as pd", _FRAME, "df.loc[df.a > 1, 'b'] = 0.0", "head = df.head()",
        "x = df.b.sum()",
    ), "x", (1, 2, 3, 5), "x == 2.0"),
    Scenario("insert", "data frames", (
        "import pandas as pd", _FRAME, "df.insert(0, 'n', 1)", "x = list(df.columns)",
    ), "x", (1, 2, 3, 4), "x == ['n', 'a', 'b']"),
    Scenario("alias", "data frames", (
        "import pandas as pd", _FRAME, "other = df", "other['z'] = 1", "x = df.shape[1]",
    ), "x", (1, 2, 3, 4, 5), "x == 3"),
    Scenario("copy", "data frames", (
        "import pandas as pd", _FRAME, "other = df.copy()", "other['z'] = 1", "x = df.shape[1]",
    ), "x", (1, 2, 5), "x == 2"),
    Scenario("columns renamed", "data frames", (
        "import pandas as pd", _FRAME, "df.columns = ['p', 'q']", "x = df.p.max()",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("name of the columns", "data frames", (
        "import pandas as pd", _FRAME, "df.columns.name = 'letters'", "x = df.columns.name",
    ), "x", (1, 2, 3, 4), "x == 'letters'"),
    Scenario("index set", "data frames", (
        "import pandas as pd", _FRAME, "df.index = list('xyz')", "x = df.loc['y', 'a']",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("column deleted", "data frames", (
        "import pandas as pd", _FRAME, "del df['b']", "x = df.shape[1]",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("pop", "data frames", (
        "import pandas as pd", _FRAME, "b = df.pop('b')", "y = b.sum()", "x = df.shape[1]",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("attrs", "data frames", (
        "import pandas as pd", _FRAME, "df.attrs['unit'] = 'm'", "x = df.attrs['unit']",
    ), "x", (1, 2, 3, 4), "x == 'm'"),
    Scenario("changed in a function", "data frames", (
        "import pandas as pd", _FRAME, "def clean(frame):\n    frame['a'] = 0", "clean(df)",
        "x = df.a.sum()",
    ), "x", (1, 2, 3, 4, 5), "x == 0"),
    Scenario("apply with a global", "data frames", (
        "import pandas as pd", _FRAME, "factor = 10", "unused = 5",
        "scaled = df.a.apply(lambda v: v * factor)", "x = scaled.sum()",
    ), "x", (1, 2, 3, 5, 6), "x == 60"),
    Scenario("query of a variable", "data frames", (
        "import pandas as pd", _FRAME, "limit = 1", "unused = 2", "few = df.query('a > @limit')",
        "x = len(few)",
    ), "x", (1, 2, 3, 5, 6), "x == 2"),
    Scenario("only read", "data frames", (
        "import pandas as pd", _FRAME, "df.groupby('a').b.mean()", "m = df.b.mean()", "df.info()",
        "df[df.a > 1].head()", "x = df.a.max()",
    ), "x", (1, 2, 7), "x == 3"),
    Scenario("array of a column", "data frames", (
        "import pandas as pd", _FRAME, "arr = df['a'].to_numpy(copy=True)", "arr[0] = 50",
        "x = df.a.max()",
    ), "x", (1, 2, 5), "x == 3"),
    Scenario("update of a series", "data frames", (
        "import pandas as pd", "s = pd.Series([1, 2, 3])", "s.update(pd.Series([9]))", "x = s.sum()",
    ), "x", (1, 2, 3, 4), "x == 14"),
    Scenario("merge", "data frames", (
        "import pandas as pd", _FRAME, "names = pd.DataFrame({'a': [1, 2], 'n': ['u', 'v']})",
        "both = df.merge(names)", "both['m'] = 1", "x = len(both)",
    ), "x", (1, 2, 3, 4, 6), "x == 2"),
    Scenario("fit", "models", (
        "import numpy as np\nfrom sklearn.linear_model import LinearRegression",
        "X = np.arange(4.0).reshape(-1, 1)\ny = 2 * X[:, 0]", "model = LinearRegression()",
        "spare = LinearRegression().fit(X, -y)", "model.fit(X, y)", "r2 = model.score(X, y)",
        "coef = round(model.coef_[0], 6)",
    ), "coef", (1, 2, 3, 5, 7), "coef == 2"),
    Scenario("partial fit", "models", (
        "import numpy as np\nfrom sklearn.linear_model import SGDRegressor",
        "X = np.arange(4.0).reshape(-1, 1) / 4\ny = 2 * X[:, 0]",
        "model = SGDRegressor(random_state=0)", "model.partial_fit(X, y)", "model.partial_fit(X, y)",
        "steps = model.t_",
    ), "steps", (1, 2, 3, 4, 5, 6), "steps == 9"),
    Scenario("scaler", "models", (
        "import numpy as np\nfrom sklearn.preprocessing import StandardScaler",
        "X = np.array([[0.0], [2.0]])", "scaler = StandardScaler()", "Z = scaler.fit_transform(X)",
        "unused = X.mean()", "back = scaler.inverse_transform(Z)[1, 0]",
    ), "back", (1, 2, 3, 4, 6), "back == 2"),
    Scenario("set params", "models", (
        "from sklearn.linear_model import Ridge", "model = Ridge()", "model.set_params(alpha=7)",
        "x = model.alpha",
    ), "x", (1, 2, 3, 4), "x == 7"),
)
