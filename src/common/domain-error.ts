/** Problem codes of the contract and the HTTP status each one answers with. */
export const PROBLEM_STATUS = {
  validation_failed: 400,
  malformed_json: 400,
  unauthenticated: 401,
  insufficient_scope: 403,
  plan_required: 403,
  not_found: 404,
  secret_not_configured: 404,
  conflict: 409,
  webhook_not_saved: 409,
  delivery_pending: 409,
  stale: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

export interface FieldError {
  /** Path in the input, such as `data.email`. */
  readonly field: string;
  readonly message: string;
}

export interface ProblemDetail {
  readonly errors?: readonly FieldError[];
  readonly requiredPlans?: readonly string[];
  readonly retryAfterSeconds?: number;
}

/** Something the caller can act on. `message` says what is wrong and what to do next. */
export class DomainError extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly detail: ProblemDetail = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Input that does not fit; names each field. */
export class ValidationError extends DomainError {
  constructor(readonly errors: readonly FieldError[]) {
    super('validation_failed', errors.map(({ field, message }) => `${field}: ${message}`).join('; '), {
      errors,
    });
  }
}

/** The id names nothing that the caller may see. */
export class NotFoundError extends DomainError {
  constructor(what: string) {
    super('not_found', `${what} was not found. Check the id and the organization of the API key.`);
  }
}

/**
 * PostgreSQL cannot be reached: nothing was accepted. A connection that broke at the wrong moment leaves open
 * whether something was stored all the same; an `eventId` makes trying again safe.
 */
export class UnavailableError extends DomainError {
  constructor(what: string, options?: ErrorOptions) {
    super(
      'unavailable',
      `${what} cannot be reached right now. Nothing was accepted; try again.`,
      { retryAfterSeconds: 1 },
      options,
    );
  }
}
