import { useSyncExternalStore } from "react";

type Listener = () => void;

/** Calls `flush` once, before the browser paints next. */
export type Scheduler = (flush: () => void) => void;

const onNextFrame: Scheduler = flush => void requestAnimationFrame(flush);

/** A value that components can watch. Listeners hear of any number of changes once per frame. */
export class Observable<T> {
  private readonly _listeners = new Set<Listener>();
  private _isScheduled = false;

  constructor(
    private _value: T,
    private readonly _schedule: Scheduler = onNextFrame,
  ) {}

  readonly get = (): T => this._value;

  set(value: T): void {
    if (value === this._value) {
      return;
    }
    this._value = value;
    if (!this._isScheduled) {
      this._isScheduled = true;
      this._schedule(() => {
        this._isScheduled = false;
        this._listeners.forEach(listener => listener());
      });
    }
  }

  /** Hear of changes; returns what ends it. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  };
}

/** Return the value and render again when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}
