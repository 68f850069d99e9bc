/** Which spans stand on the screen: the depth-first rows minus what lies below collapsed ones. */
import type { Trace } from './trace.ts';

/** Rows whose children are hidden; one byte a row. */
export type Collapsed = Uint8Array;

export function visibleRows(trace: Trace, collapsed: Collapsed): Int32Array {
  const rows = new Int32Array(trace.size);
  let count = 0;
  for (let row = 0; row < trace.size; row = collapsed[row] ? trace.subtreeEnd[row]! : row + 1) {
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Position of `row` on the screen, or of the collapsed ancestor that hides it. */
export function positionOf(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle]! <= row) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

export function hasChildren(trace: Trace, row: number): boolean {
  return trace.subtreeEnd[row]! > row + 1;
}

/** Everything from depth `level` on folded: 0 shows roots alone. */
export function collapsedFrom(trace: Trace, level: number): Collapsed {
  const collapsed = new Uint8Array(trace.size);
  for (let row = 0; row < trace.size; row++) {
    collapsed[row] = trace.depth[row]! >= level && hasChildren(trace, row) ? 1 : 0;
  }
  return collapsed;
}

/** A copy with every ancestor of `row` opened; the same object when nothing hides it. */
export function revealed(trace: Trace, collapsed: Collapsed, row: number): Collapsed {
  let result = collapsed;
  for (let up = trace.parent[row]!; up >= 0; up = trace.parent[up]!) {
    if (result[up]) {
      if (result === collapsed) {
        result = collapsed.slice();
      }
      result[up] = 0;
    }
  }
  return result;
}

export function toggled(collapsed: Collapsed, row: number): Collapsed {
  const result = collapsed.slice();
  result[row] = result[row] ? 0 : 1;
  return result;
}
