import { translate } from '@/messages';

type FieldErrors = Record<string, string[]>;

/** A refusal by the server, or the lack of any answer (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown = null,
    /** Seconds after which the same may be tried again; 0 where the server names none. */
    readonly retryAfter = 0,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The sentences of a 422 answer by field; empty where there are none. */
  get fields(): FieldErrors {
    if (typeof this.details !== 'object' || this.details === null) return {};
    const entries = Object.entries(this.details as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([field, sentences]) => [
        field,
        Array.isArray(sentences) ? sentences.map(String) : [String(sentences)],
      ]),
    );
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', translate('errors.unreachable'));
}

/** A sentence that a person can act on. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError && error.message) return error.message;
  return translate('errors.unknown');
}
