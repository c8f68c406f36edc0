/**
 * What breaks a promise: configuration, a changed API, a lost network. Expected outcomes are union members instead.
 * `code` is a dotted, stable name (`table.unreachable`) that logs and operators may rely on; it never holds a value.
 */
export abstract class AppError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
}

/** The table, the secret store or Lambda did not answer, or refused for a reason the caller cannot mend. */
export class PlatformError extends AppError {
  override readonly name = 'PlatformError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The environment or a source's configuration is not what the code needs; says what is missing and how to supply it. */
export class ConfigurationError extends AppError {
  override readonly name = 'ConfigurationError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The stable code of anything thrown: ours by its own code, others by their error name. Never a message. */
export const codeOf = (error: unknown): string =>
  error instanceof AppError ? error.code : error instanceof Error ? error.name : 'unknown';
