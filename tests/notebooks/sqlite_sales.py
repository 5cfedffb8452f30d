# %%
import sqlite3
import pandas as pd
# %%
conn = sqlite3.connect(":memory:")
cur = conn.cursor()
# %%
cur.execute("create table sales (day integer, shop text, item text, qty integer, price real)")
# %%
rows = [(d, s, i, (d * 7 + len(s) * 3 + len(i)) % 5 + 1, round(1.5 * len(i) + d * 0.1, 2)) for d in range(1, 15) for s in ("north", "south", "web") for i in ("tea", "coffee")]
cur.executemany("insert into sales values (?,?,?,?,?)", rows)
conn.commit()
# %%
pd.read_sql("select count(*) n, sum(qty) q from sales", conn)
# %%
query = """
select shop, round(sum(qty * price), 2) revenue
from sales group by shop order by revenue desc
"""
revenue = pd.read_sql(query, conn)
revenue
# %%
revenue.set_index("shop").revenue.plot.bar()
# %%
cur.execute("delete from sales where shop = 'web' and day > 10")
print(cur.rowcount)
# %%
pd.read_sql(query, conn)
# %%
daily = pd.read_sql("select day, sum(qty) qty from sales group by day", conn, index_col="day")
daily.rolling(7).mean().dropna().round(2)
# %%
best = cur.execute("select item, max(qty) from sales").fetchone()
best
