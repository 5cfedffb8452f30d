# run: 1 2 3 4 5 6 7 8 9 10 11 4 5
# %%
import re
from collections import Counter, defaultdict
from datetime import datetime
from io import StringIO
# %%
log = StringIO("""\
10.0.0.1 [03/Mar/2024:10:00:01] "GET /index.html" 200 512
10.0.0.2 [03/Mar/2024:10:00:02] "GET /data.csv" 200 20480
10.0.0.1 [03/Mar/2024:10:00:09] "POST /login" 403 64
bad line
10.0.0.3 [03/Mar/2024:10:01:40] "GET /data.csv" 500 0
10.0.0.1 [03/Mar/2024:10:02:00] "POST /login" 200 128
""")
# %%
pattern = re.compile(r'(?P<ip>\S+) \[(?P<when>[^\]]+)\] "(?P<verb>\w+) (?P<path>\S+)" (?P<status>\d+) (?P<size>\d+)')
# %%
records, bad = [], 0
for line in log:
    m = pattern.match(line)
    if not m:
        bad += 1
        continue
    r = m.groupdict()
    r["when"] = datetime.strptime(r["when"], "%d/%b/%Y:%H:%M:%S")
    r["size"] = int(r["size"])
    records.append(r)
# %%
print(len(records), "records,", bad, "bad")
# %%
Counter(r["status"] for r in records)
# %%
by_ip = defaultdict(int)
for r in records:
    by_ip[r["ip"]] += r["size"]
dict(by_ip)
# %%
log.seek(0)
# %%
first, *_, last = records
(last["when"] - first["when"]).total_seconds()
# %%
errors = [r for r in records if r["status"] >= "400"]
for r in errors:
    r["flag"] = True
[r["path"] for r in errors]
# %%
sum(r.get("flag", False) for r in records)
