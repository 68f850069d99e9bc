/** What can go wrong between the page and the server, as one type that the error box can explain. */

/** An answer of application/problem+json (RFC 9457) with the fields our server adds. */
export interface ProblemDocument {
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly parameter?: string;
  readonly read?: string;
  readonly expected?: string;
  /** What may have been meant. */
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
  /** The query's line and, below it, a caret at the column. */
  readonly caret?: string;
}

export type ApiFailure =
  | { readonly kind: 'problem'; readonly status: number; readonly problem: ProblemDocument }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly status: number; readonly message: string };

export class ApiError extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.kind === 'problem' ? (failure.problem.detail ?? failure.problem.title ?? `HTTP ${failure.status}`) : failure.message);
    this.name = 'ApiError';
    this.failure = failure;
  }
}

/** The failure behind anything caught; what is not ours (a bug) is shown as unreadable rather than hidden. */
export function failureOf(caught: unknown): ApiFailure {
  if (caught instanceof ApiError) {
    return caught.failure;
  }
  return { kind: 'unreadable', status: 0, message: caught instanceof Error ? caught.message : String(caught) };
}

export function isAbort(caught: unknown): boolean {
  return caught instanceof DOMException && caught.name === 'AbortError';
}
