# %%
import random
from collections import defaultdict
# %%
text = """the quick brown fox jumps over the lazy dog and the quick cat sleeps over
the brown mat while the lazy fox sleeps and the dog jumps over the cat"""
words = text.split()
len(words), len(set(words))
# %%
chain = defaultdict(list)
for a, b in zip(words, words[1:]):
    chain[a].append(b)
# %%
chain["the"]
# %%
def generate(start, n=8):
    out = [start]
    for _ in range(n):
        out.append(random.choice(chain[out[-1]]) if chain[out[-1]] else start)
    return " ".join(out)
# %%
random.seed(4)
print(generate("the"))
# %%
print(generate("quick"))
# %%
chain["cat"].append("purrs"); chain["purrs"].append("the")
# %%
samples = [generate("the", 5) for _ in range(50)]
samples[:2]
# %%
from collections import Counter
Counter(w for s in samples for w in s.split()).most_common(3)
# %%
probabilities = {w: {v: nxt.count(v) / len(nxt) for v in sorted(set(nxt))} for w, nxt in chain.items() if len(nxt) > 2}
probabilities["the"]
