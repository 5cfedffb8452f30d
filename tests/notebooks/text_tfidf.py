# run: 1 2 3 4 5 6 7 8 3 9 10 11
# %%
import re
from collections import Counter
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
# %%
docs = [
    "The cat sat on the mat and looked at the dog.",
    "Dogs and cats make good pets, said the vet.",
    "Stock markets fell sharply on Monday as oil prices rose.",
    "Oil exporters gained while airline stocks lost ground.",
    "The recipe needs two eggs, flour and a pinch of salt.",
]
len(docs)
# %%
stop = {"the", "and", "on", "a", "at", "as", "of", "said"}
# %%
def tokens(text):
    return [w for w in re.findall(r"[a-z]+", text.lower()) if w not in stop]

tokens(docs[0])
# %%
counts = Counter()
for doc in docs:
    counts.update(tokens(doc))
counts.most_common(5)
# %%
vocabulary = sorted(counts)
print(len(vocabulary), vocabulary[:6])
# %%
matrix = np.zeros((len(docs), len(vocabulary)), dtype=int)
for i, doc in enumerate(docs):
    for w in tokens(doc):
        matrix[i, vocabulary.index(w)] += 1
matrix.sum(axis=1)
# %%
stop.add("two")
# %%
tfidf = TfidfVectorizer(tokenizer=tokens, token_pattern=None)
T = tfidf.fit_transform(docs)
T.shape
# %%
sim = cosine_similarity(T)
np.fill_diagonal(sim, 0)
pairs = np.unravel_index(sim.argmax(), sim.shape)
print(pairs, sim.max().round(3))
# %%
query = tfidf.transform(["pets like cats"])
[docs[i][:20] for i in np.argsort(-cosine_similarity(query, T)[0])[:2]]
