# %%
import random
import statistics
from dataclasses import dataclass, field
random.seed(99)
# %%
@dataclass
class Customer:
    arrived: float
    served: float = None

    @property
    def waited(self):
        return self.served - self.arrived
# %%
class Desk:
    def __init__(self, rate):
        self.rate = rate
        self.free_at = 0.0
        self.log = []

    def serve(self, customer):
        customer.served = max(self.free_at, customer.arrived)
        self.free_at = customer.served + random.expovariate(self.rate)
        self.log.append(customer)
# %%
def arrivals(rate, n):
    t = 0
    for _ in range(n):
        t += random.expovariate(rate)
        yield Customer(t)
# %%
desk = Desk(1.2)
crowd = list(arrivals(1.0, 300))
crowd[0]
# %%
for customer in crowd:
    desk.serve(customer)
statistics.mean(c.waited for c in desk.log)
# %%
print(f"longest wait {max(c.waited for c in crowd):.2f}")
# %%
second = Desk(1.2)
for customer in arrivals(2.0, 200):
    min(desk, second, key=lambda d: d.free_at).serve(customer)
len(second.log), len(desk.log)
# %%
waits = sorted(c.waited for c in second.log)
print(waits[len(waits) // 2])
# %%
class Desk(Desk):
    def idle(self):
        return self.free_at - len(self.log) / self.rate
# %%
round(Desk.idle(desk), 2)
