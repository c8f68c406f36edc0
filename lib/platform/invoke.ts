/** Starts another function asynchronously: resolves once Lambda has accepted the event, not when it has run. */
export type Invoke = (functionName: string, payload: unknown) => Promise<void>;
