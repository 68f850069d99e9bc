/** The search page's state and its form in the address bar; one reads what the other writes. */
import { hrefOf } from '../../base/router.ts';
import { instant, now, NANOS_PER_DAY, NANOS_PER_HOUR, NANOS_PER_MINUTE, parseInstant, type Instant } from '../../base/time.ts';
import { compose, type Composed, type SearchFields } from '../../model/traceql.ts';

export const RANGES = ['all', '5m', '15m', '1h', '6h', '24h', '7d', '30d', 'custom'] as const;
export type RangeName = (typeof RANGES)[number];

const RANGE_LENGTH: Readonly<Record<Exclude<RangeName, 'all' | 'custom'>, bigint>> = {
  '5m': 5n * NANOS_PER_MINUTE,
  '15m': 15n * NANOS_PER_MINUTE,
  '1h': NANOS_PER_HOUR,
  '6h': 6n * NANOS_PER_HOUR,
  '24h': NANOS_PER_DAY,
  '7d': 7n * NANOS_PER_DAY,
  '30d': 30n * NANOS_PER_DAY,
};

export const LIMITS = [20, 50, 100, 200] as const;
/** What the server takes at most in one page. */
const MAX_LIMIT = 1000;

export interface SearchState {
  readonly fields: SearchFields;
  /** The user's own query; undefined while the fields write it. */
  readonly own: string | undefined;
  readonly range: RangeName;
  /** Only of a custom range; either end may be open. */
  readonly start: Instant | undefined;
  readonly end: Instant | undefined;
  readonly limit: number;
}

export function stateOf(query: URLSearchParams): SearchState {
  const range = RANGES.find((name) => name === query.get('range'));
  const start = parseInstant(query.get('start') ?? '');
  const end = parseInstant(query.get('end') ?? '');
  const limit = Number.parseInt(query.get('limit') ?? '', 10);
  return {
    fields: {
      service: query.get('service') ?? '',
      operation: query.get('operation') ?? '',
      minDuration: query.get('min') ?? '',
      maxDuration: query.get('max') ?? '',
      durationOf: query.get('of') === 'span' ? 'span' : 'trace',
      errorsOnly: query.get('errors') === '1',
      attributes: query.get('attributes') ?? '',
    },
    own: query.get('q') ?? undefined,
    range: range ?? (start !== undefined || end !== undefined ? 'custom' : 'all'),
    start,
    end,
    limit: limit >= 1 && limit <= MAX_LIMIT ? limit : LIMITS[0],
  };
}

export function hrefOfState(state: SearchState): string {
  const custom = state.range === 'custom';
  const { fields } = state;
  const byFields = state.own === undefined;
  return hrefOf('/search', {
    service: byFields ? fields.service : undefined,
    operation: byFields ? fields.operation : undefined,
    errors: byFields && fields.errorsOnly ? '1' : undefined,
    min: byFields ? fields.minDuration.trim() : undefined,
    max: byFields ? fields.maxDuration.trim() : undefined,
    of: byFields && fields.durationOf === 'span' ? 'span' : undefined,
    attributes: byFields ? fields.attributes.trim() : undefined,
    q: state.own,
    range: state.range === 'all' ? undefined : state.range,
    start: custom ? state.start?.toString() : undefined,
    end: custom ? state.end?.toString() : undefined,
    limit: state.limit === LIMITS[0] ? undefined : state.limit.toString(),
  });
}

/** What is asked of the server: the user's own text as it stands, else what the fields mean. */
export function queryOf(state: SearchState): Composed {
  return state.own === undefined ? compose(state.fields) : { ok: true, query: state.own.trim() === '' ? '{}' : state.own };
}

/** The window of this search. A relative range is fixed once per search, so that its pages fit together. */
export function windowOf(state: SearchState): { readonly start: Instant | undefined; readonly end: Instant | undefined } {
  if (state.range === 'all') {
    return { start: undefined, end: undefined };
  }
  if (state.range === 'custom') {
    return { start: state.start, end: state.end };
  }
  return { start: instant(now() - RANGE_LENGTH[state.range]), end: undefined };
}

/** Whether anything but the time narrows the search. */
export function isFiltered(state: SearchState): boolean {
  const query = queryOf(state);
  return !query.ok || query.query.replace(/\s/g, '') !== '{}';
}

/** Whether the query picks out spans worth naming; one that asks for a service alone matches half of every trace. */
export function namesSpans(state: SearchState): boolean {
  return isFiltered(state) && (state.own !== undefined || queryText({ ...state.fields, service: '' }) !== '{}');
}

function queryText(fields: SearchFields): string {
  const composed = compose(fields);
  return composed.ok ? composed.query : '';
}
