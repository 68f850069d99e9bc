/**
 * The critical path: at every moment of the root span, the one span the answer was waiting for. Walking back
 * from the root's end, the child that finished last before the current moment carries the path down; between
 * such children the span itself was at work. What a span did outside its parent counts for nothing; consumers
 * below their producer are not waited for. (As in CRISP, Zhang et al., USENIX ATC 2022, and in Jaeger's UI.)
 */
import { Kind, type Trace } from './trace.ts';

/** A stretch of a span on the path, as offsets from the trace's start. */
export interface Section {
  readonly from: bigint;
  readonly to: bigint;
}

export type CriticalPath = ReadonlyMap<number, readonly Section[]>;

interface Frame {
  readonly row: number;
  readonly from: bigint;
  /** Where the walk back stands. */
  at: bigint;
  /** Children clipped to the span, the last to end first. */
  readonly children: readonly { readonly row: number; readonly from: bigint; readonly to: bigint }[];
  next: number;
}

/** The path of the root span, by row; each row's sections run backwards in time. Never recurses. */
export function criticalPath(trace: Trace): CriticalPath {
  const sections = new Map<number, Section[]>();
  if (trace.size === 0) {
    return sections;
  }
  const emit = (row: number, from: bigint, to: bigint): void => {
    if (to > from) {
      const known = sections.get(row);
      if (known === undefined) {
        sections.set(row, [{ from, to }]);
      } else {
        known.push({ from, to });
      }
    }
  };
  const root = trace.rootRow;
  const start = trace.offset[root]!;
  const stack: Frame[] = [frameOf(trace, root, start, start + trace.length[root]!)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    while (frame.next < frame.children.length && frame.children[frame.next]!.to > frame.at) {
      frame.next++;
    }
    const child = frame.children[frame.next];
    if (child === undefined) {
      emit(frame.row, frame.from, frame.at);
      stack.pop();
    } else {
      emit(frame.row, child.to, frame.at);
      frame.at = child.from;
      frame.next++;
      stack.push(frameOf(trace, child.row, child.from, child.to));
    }
  }
  return sections;
}

function frameOf(trace: Trace, row: number, from: bigint, to: bigint): Frame {
  const children = [];
  const producer = trace.spans[row]!.kind === Kind.producer;
  for (let child = row + 1; child < trace.subtreeEnd[row]!; child = trace.subtreeEnd[child]!) {
    const begin = trace.offset[child]!;
    const end = begin + trace.length[child]!;
    const detached = producer && trace.spans[child]!.kind === Kind.consumer;
    if (begin < to && end > from && !detached && trace.timeless[child] === 0) {
      children.push({ row: child, from: begin > from ? begin : from, to: end < to ? end : to });
    }
  }
  children.sort((a, b) => (a.to > b.to ? -1 : a.to < b.to ? 1 : b.row - a.row));
  return { row, from, at: to, children, next: 0 };
}

/** Time of a row on the path; 0 when it is not on it. */
export function criticalTime(path: CriticalPath, row: number): bigint {
  return (path.get(row) ?? []).reduce((sum, { from, to }) => sum + (to - from), 0n);
}
