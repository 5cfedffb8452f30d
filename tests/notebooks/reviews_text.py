# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 13 14 27 28
# %%
import re
import random
import string
from collections import Counter
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, train_test_split
# %%
random.seed(123)
good = "great lovely tasty friendly quick fresh cosy perfect excellent warm".split()
bad = "cold rude slow bland stale dirty awful noisy expensive burnt".split()
things = "soup waiter pizza coffee table music bread service view dessert".split()
def review(positive):
    words = []
    for _ in range(random.randint(3, 7)):
        pool = good if random.random() < (0.8 if positive else 0.25) else bad
        words.append(f"{random.choice(pool)} {random.choice(things)}")
    return ", ".join(words).capitalize() + random.choice("!..")
# %%
labels = [random.random() < 0.6 for _ in range(300)]
texts = [review(label) for label in labels]
texts[0]
# %%
df = pd.DataFrame({"text": texts, "positive": labels})
df["stars"] = [random.choice([4, 5]) if p else random.choice([1, 2, 3]) for p in df.positive]
df.head()
# %%
df.stars.value_counts().sort_index().plot.bar()
# %%
stop = {"and", "the", "a"}
def clean(text):
    text = text.lower().translate(str.maketrans("", "", string.punctuation))
    return [w for w in re.split(r"\s+", text) if w not in stop]
clean(texts[1])
# %%
counts = Counter(w for t in df.text for w in clean(t))
counts.most_common(5)
# %%
words, freq = zip(*counts.most_common(12))
plt.barh(words, freq)
# %%
df["n_words"] = df.text.map(lambda t: len(clean(t)))
df.groupby("positive").n_words.describe().round(2)
# %%
df["exclaims"] = df.text.str.contains("!", regex=False)
df.exclaims.mean()
# %%
vec = CountVectorizer(tokenizer=clean, token_pattern=None)
M = vec.fit_transform(df.text)
M.shape
# %%
vec.get_feature_names_out()[:6]
# %%
train_t, test_t, train_y, test_y = train_test_split(df.text, df.positive, random_state=1, test_size=0.3)
# %%
nb = MultinomialNB().fit(vec.transform(train_t), train_y)
acc = nb.score(vec.transform(test_t), test_y)
print(f"naive Bayes: {acc:.3f}")
# %%
logp = nb.feature_log_prob_[1] - nb.feature_log_prob_[0]
pd.Series(logp, index=vec.get_feature_names_out()).sort_values().iloc[[0, 1, -2, -1]].round(2)
# %%
tfidf = TfidfVectorizer(min_df=2)
T = tfidf.fit_transform(df.text)
guess = cross_val_predict(LogisticRegression(), T, df.positive, cv=4)
(guess == df.positive).mean()
# %%
wrong = df[guess != df.positive]
wrong.text.head(2).tolist()
# %%
sim = (T @ T.T).toarray()
np.fill_diagonal(sim, 0)
i, j = np.unravel_index(sim.argmax(), sim.shape)
df.text[i], df.text[j]
# %%
stop.update(["coffee", "table"])
# %%
counts2 = Counter(w for t in df.text for w in clean(t))
len(counts), len(counts2)
# %%
bigrams = Counter(zip(*(df.text.map(clean).sum()[k:] for k in (0, 1))))
bigrams.most_common(3)
# %%
matrix = pd.crosstab(df.stars, df.exclaims)
matrix
# %%
df.assign(short=df.n_words < 9).groupby("short").stars.mean().round(2)
# %%
lengths = df.text.str.len()
lengths.hist(bins=20)
plt.title(f"mean {lengths.mean():.1f}")
# %%
new = ["Great soup, rude waiter", "cold coffee, slow service!"]
nb.predict(vec.transform(new)).tolist()
# %%
df.sample(3, random_state=0).text.tolist()
# %%
best = df.loc[df.n_words.idxmax(), "text"]
best
# %%
print(sorted(stop))
