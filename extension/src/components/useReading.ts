import { useEffect, useState } from "react";

import { describeError } from "../api/errors";

export interface IReading<T> {
  /** null until it has been read. */
  value: T | null;
  error: string | null;
}

/** Read something as long as it is wanted; `key` says what it is, and changes when it changes. */
export function useReading<T>(isWanted: boolean, key: string, read: () => Promise<T>): IReading<T> {
  const [reading, setReading] = useState<IReading<T>>({ value: null, error: null });
  useEffect(() => {
    if (!isWanted) {
      return;
    }
    let isCurrent = true;
    const set = (next: IReading<T>) => isCurrent && setReading(next);
    read().then(
      value => set({ value, error: null }),
      (reason: unknown) => set({ value: null, error: describeError(reason) }),
    );
    return () => {
      isCurrent = false;
    };
    // `read` is made anew at each drawing; what it reads is what `key` says.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isWanted, key]);
  return reading;
}
