# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
# %%
import pandas as pd
import numpy as np
from io import StringIO
import matplotlib.pyplot as plt
# %%
raw = """name;dept;salary;start;remote
Ann;IT;52 000;2015-03-01;yes
Bob;it ;48 500;2018-07-15;no
Cid;Sales;39 000;2020-01-10;
Dee;Sales;41 250;bad date;no
Eve;HR;45 000;2012-11-30;yes
Fay;IT;61 000;2010-05-05;no
Gus;hr;;2019-09-01;yes
Hal;Sales;38 000;2021-02-28;yes
Ann;IT;52 000;2015-03-01;yes
"""
# %%
staff = pd.read_csv(StringIO(raw), sep=";")
staff
# %%
staff.duplicated().sum()
# %%
staff.drop_duplicates(inplace=True)
len(staff)
# %%
staff["dept"] = staff.dept.str.strip().str.upper()
staff.dept.unique()
# %%
staff["salary"] = pd.to_numeric(staff.salary.str.replace(" ", ""))
staff.salary.mean()
# %%
staff["start"] = pd.to_datetime(staff.start, errors="coerce")
staff.dtypes
# %%
staff.remote = staff.remote.map({"yes": True, "no": False})
staff.remote.value_counts(dropna=False)
# %%
staff.isna().sum()
# %%
backup = staff.copy()
# %%
staff["salary"] = staff.groupby("dept").salary.transform(lambda s: s.fillna(s.mean()))
staff.loc[staff.name == "Gus"]
# %%
staff = staff.dropna(subset=["start"])
staff.shape
# %%
today = pd.Timestamp("2024-01-01")
staff["years"] = ((today - staff.start).dt.days / 365.25).round(1)
staff[["name", "years"]]
# %%
staff.groupby("dept").agg(n=("name", "size"), salary=("salary", "mean"), years=("years", "max"))
# %%
staff.plot.scatter("years", "salary")
# %%
np.polyfit(staff.years, staff.salary, 1).round(0)
# %%
staff.set_index("name", inplace=True)
staff.loc["Fay"]
# %%
staff.loc["Ian"] = ["IT", 47000.0, pd.Timestamp("2022-06-01"), True, 1.6]
staff.tail(2)
# %%
raise_pct = {"IT": 0.03, "SALES": 0.05, "HR": 0.02}
# %%
staff["new_salary"] = staff.salary * (1 + staff.dept.map(raise_pct))
staff.new_salary.sum() - staff.salary.sum()
# %%
raise_pct["IT"] = 0.04
staff.dept.map(raise_pct).mean()
# %%
budget = staff.new_salary.sum()
print(f"{budget:,.0f}")
# %%
staff.sort_values("new_salary").new_salary.plot.barh()
# %%
backup.salary.isna().any()
# %%
merged = backup.merge(staff[["years"]], left_on="name", right_index=True, how="left")
merged.years.isna().sum()
# %%
staff.rename(columns={"new_salary": "next"}, inplace=True)
staff.columns.tolist()
# %%
def describe(person):
    row = staff.loc[person]
    return f"{person}: {row.dept}, {row.salary:.0f}"
# %%
describe("Eve"), describe("Ian")
