# run: 1 2 3 4 5 6 7 5 8 9 10
# %%
import heapq
from collections import defaultdict, deque
# %%
edges = [("A", "B", 4), ("A", "C", 2), ("C", "B", 1), ("B", "D", 5), ("C", "D", 8), ("D", "E", 3), ("F", "G", 1)]
graph = defaultdict(dict)
for u, v, w in edges:
    graph[u][v] = w
    graph[v][u] = w
dict(graph["C"])
# %%
def dijkstra(graph, source):
    dist, queue = {source: 0}, [(0, source)]
    while queue:
        d, u = heapq.heappop(queue)
        if d > dist[u]:
            continue
        for v, w in graph[u].items():
            if d + w < dist.get(v, float("inf")):
                dist[v] = d + w
                heapq.heappush(queue, (d + w, v))
    return dist
# %%
dist = dijkstra(graph, "A")
dist
# %%
degrees = {u: len(vs) for u, vs in graph.items()}
print(max(degrees, key=degrees.get), degrees)
# %%
def components(graph):
    seen, found = set(), []
    for start in graph:
        if start in seen:
            continue
        queue, group = deque([start]), []
        seen.add(start)
        while queue:
            u = queue.popleft()
            group.append(u)
            for v in graph[u]:
                if v not in seen:
                    seen.add(v)
                    queue.append(v)
        found.append(sorted(group))
    return found
components(graph)
# %%
graph["E"]["F"] = graph["F"]["E"] = 7
# %%
after = dijkstra(graph, "A")
{u: after[u] - dist.get(u, 0) for u in sorted(after)}
# %%
total = sum(w for vs in graph.values() for w in vs.values()) / 2
total
# %%
tree, rest = {"A"}, 0
while len(tree) < len(graph):
    w, v = min((w, v) for u in tree for v, w in graph[u].items() if v not in tree)
    tree.add(v)
    rest += w
print("minimum spanning tree", rest)
