import { useState } from "react";

import { Skeleton } from "./States";
import { IReading, useReading } from "./useReading";

export interface IFoldedProps<T> {
  summary: string;
  /** Says what is read, and changes when it changes. */
  name: string;
  read: () => Promise<T>;
  children: (value: T) => JSX.Element;
}

/** Something that is read only when somebody unfolds it. */
export function Folded<T>({ summary, name, read, children }: IFoldedProps<T>): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const reading = useReading(isOpen, name, read);
  return (
    <details
      className="jp-Celltrail-Folded"
      onToggle={event => setOpen(event.currentTarget.open)}
      onClick={event => event.stopPropagation()}
    >
      <summary>{summary}</summary>
      {isOpen && <Body reading={reading}>{children}</Body>}
    </details>
  );
}

function Body<T>(props: {
  reading: IReading<T>;
  children: (value: T) => JSX.Element;
}): JSX.Element {
  const { value, error } = props.reading;
  if (error !== null) {
    return <p className="jp-Celltrail-Hint">{error}</p>;
  }
  return value === null ? <Skeleton lines={2} /> : props.children(value);
}
