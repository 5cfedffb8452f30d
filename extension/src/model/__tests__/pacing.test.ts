import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Observable } from "../observables";
import { Paced } from "../pacing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("makes few reads of many requests and never misses the last", async () => {
  let value = 0;
  const seen: number[] = [];
  const paced = new Paced(async () => void seen.push(value), 100);
  for (value = 1; value <= 50; value++) {
    paced.request();
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(200);
  expect(seen.length).toBeLessThanOrEqual(6);
  expect(seen.at(-1)).toBe(50);
});

it("never works twice at once", async () => {
  let running = 0;
  let most = 0;
  const paced = new Paced(async () => {
    most = Math.max(most, ++running);
    await new Promise(resolve => setTimeout(resolve, 500));
    running--;
  }, 10);
  paced.request();
  await vi.advanceTimersByTimeAsync(20);
  paced.request();
  await vi.advanceTimersByTimeAsync(1100);
  expect([most, running]).toEqual([1, 0]);
});

it("tells listeners once per frame however often a value changes", () => {
  const frames: (() => void)[] = [];
  const observable = new Observable(0, flush => frames.push(flush));
  const listener = vi.fn();
  const stop = observable.subscribe(listener);
  for (let value = 1; value <= 100; value++) {
    observable.set(value);
  }
  expect(frames).toHaveLength(1);
  frames[0]();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(observable.get()).toBe(100);
  stop();
  observable.set(101);
  frames[1]();
  expect(listener).toHaveBeenCalledTimes(1);
});
