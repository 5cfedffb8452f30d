/** A request that failed; the message is one line for the user. */
export class RequestError extends Error {
  constructor(
    /** HTTP status, 0 if nothing answered. */
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

/** Return what to tell the user about `error`, as a sentence. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.charAt(0).toUpperCase() + message.slice(1);
}
