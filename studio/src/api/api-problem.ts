export interface FieldProblem {
  field: string;
  message: string;
}

/**
 * Whatever kept a call from succeeding: the server's `application/problem+json`, or `unreachable` when no
 * answer came at all. `message` is fit to be shown.
 */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fieldProblems: FieldProblem[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiProblem';
  }

  static unreachable(cause: unknown): ApiProblem {
    return new ApiProblem(
      0,
      'unreachable',
      'The server did not answer. Check your connection and try again.',
      [],
      {
        cause,
      },
    );
  }

  static async from(response: Response): Promise<ApiProblem> {
    const body = (await response.json().catch(() => ({}))) as {
      code?: string;
      title?: string;
      detail?: string;
      errors?: FieldProblem[];
    };
    return new ApiProblem(
      response.status,
      body.code ?? 'unknown',
      body.detail ?? body.title ?? `The server answered with status ${response.status}.`,
      Array.isArray(body.errors) ? body.errors : [],
    );
  }

  /** The server's reason for refusing one field, or null. Nested fields count (`events[0]` for `events`). */
  fieldMessage(field: string): string | null {
    const found = this.fieldProblems.find(
      (problem) =>
        problem.field === field ||
        problem.field.startsWith(`${field}.`) ||
        problem.field.startsWith(`${field}[`),
    );
    return found?.message ?? null;
  }
}

export function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : 'Something went wrong on this page.';
}

export function isUnreachable(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.code === 'unreachable';
}

/** Of a GET: nothing has this id, or it is none. Another organization's is unknown as well. */
export function isUnknownId(problem: unknown): boolean {
  return problem instanceof ApiProblem && (problem.status === 404 || problem.status === 400);
}

export function isAborted(problem: unknown): boolean {
  return problem instanceof DOMException && problem.name === 'AbortError';
}
