export interface LoggableError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Of PostgreSQL: which rule a statement broke, and where. */
  readonly constraint?: string;
  readonly table?: string;
  readonly stack?: string;
  readonly cause?: LoggableError;
}

const MAX_CAUSES = 5;
const NAMES = ['code', 'constraint', 'table'] as const;

/**
 * What of an error may stand in a log. Loggers copy every property, and those of a failed query hold its
 * parameters and the whole row: bodies, ciphertexts, hashes. This names what it takes; nothing else comes along.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { driverError } = error as { driverError?: unknown };
  const source = (driverError ?? error) as Record<string, unknown>;
  const named = NAMES.flatMap((name) => (typeof source[name] === 'string' ? [[name, source[name]]] : []));
  return {
    type: error.name,
    message: error.message,
    ...Object.fromEntries(named),
    stack: error.stack,
    ...(error.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: loggableError(error.cause, depth + 1) }),
  };
}
