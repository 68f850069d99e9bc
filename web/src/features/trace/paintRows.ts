/**
 * Draws the waterfall: ruler on top, names at the left, bars at the right. Only rows on the screen are
 * touched, so a frame costs the same for 30 spans and for 100,000. Pure drawing: all state comes in the scene.
 */
import { formatNanos, nanos } from '../../base/time.ts';
import { serviceColor, type ServiceColor } from '../../model/color.ts';
import type { CriticalPath } from '../../model/criticalPath.ts';
import { hasChildren, type Collapsed } from '../../model/rows.ts';
import { ticks } from '../../model/ticks.ts';
import { errorsBelow, type Trace } from '../../model/trace.ts';
import { fractionOf, offsetAt, type Window } from '../../model/zoom.ts';
import type { Palette, TextFitter } from './canvas.ts';

export const ROW_HEIGHT = 24;
export const RULER_HEIGHT = 26;
const BAR_INSET = 6;
const PAD = 10;
/** Room for the fold mark and the number of hidden spans. */
const FOLD_WIDTH = 18;

export interface Scene {
  readonly trace: Trace;
  readonly rows: Int32Array;
  readonly collapsed: Collapsed;
  readonly window: Window;
  readonly width: number;
  readonly height: number;
  readonly nameWidth: number;
  readonly scrollTop: number;
  readonly selected: number;
  /** 1 for rows that the search found. */
  readonly matches: Uint8Array | undefined;
  readonly currentMatch: number;
  /** Undefined while it is switched off. */
  readonly critical: CriticalPath | undefined;
  /** Index of the service lit up, -1 for all. */
  readonly service: number;
  readonly palette: Palette;
  readonly colors: readonly ServiceColor[];
  readonly fitter: TextFitter;
  /** Pointer position in the canvas; undefined when outside. */
  readonly pointer: { readonly x: number; readonly y: number } | undefined;
  /** Fractions of the window under a drag on the ruler. */
  readonly drag: { readonly a: number; readonly b: number } | undefined;
}

export function colorsOf(trace: Trace, dark: boolean): readonly ServiceColor[] {
  return trace.services.map((service) => serviceColor(service.name, dark));
}

/** Left edge of a row's text; deep rows stop moving right so that names stay readable. */
export function indentOf(trace: Trace, row: number, nameWidth: number): number {
  return PAD + Math.min(trace.depth[row]! * stepOf(trace, nameWidth), nameWidth * 0.5);
}

function stepOf(trace: Trace, nameWidth: number): number {
  return Math.max(3, Math.min(14, (nameWidth * 0.5) / Math.max(1, trace.maxDepth)));
}

/** Index into `rows` at a height of the canvas; -1 on the ruler and below the last row. */
export function positionAt(y: number, scrollTop: number, count: number): number {
  if (y < RULER_HEIGHT) {
    return -1;
  }
  const position = Math.floor((y - RULER_HEIGHT + scrollTop) / ROW_HEIGHT);
  return position < count ? position : -1;
}

/** Width of the bars' area. */
export function barsWidth(width: number, nameWidth: number): number {
  return Math.max(40, width - nameWidth - PAD);
}

export function paintScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, palette, rows, scrollTop, nameWidth } = scene;
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, width, height);
  const marks = ticks(scene.window, Math.max(2, Math.floor(barsWidth(width, nameWidth) / 110)));
  paintGrid(context, scene, marks.map((mark) => mark.offset));
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT));
  const last = Math.min(rows.length, Math.ceil((scrollTop + height - RULER_HEIGHT) / ROW_HEIGHT));
  const hovered = scene.pointer === undefined ? -1 : positionAt(scene.pointer.y, scrollTop, rows.length);
  for (let position = first; position < last; position++) {
    const y = RULER_HEIGHT + position * ROW_HEIGHT - scrollTop;
    paintRow(context, scene, rows[position]!, y, position === hovered);
  }
  paintRuler(context, scene, marks);
  paintCursor(context, scene);
  context.fillStyle = palette.line;
  context.fillRect(nameWidth, 0, 1, height);
}

function xOf(scene: Scene, offset: bigint): number {
  return scene.nameWidth + fractionOf(scene.window, offset) * barsWidth(scene.width, scene.nameWidth);
}

function paintGrid(context: CanvasRenderingContext2D, scene: Scene, offsets: readonly bigint[]): void {
  context.fillStyle = scene.palette.guide;
  for (const offset of offsets) {
    context.fillRect(Math.round(xOf(scene, offset)), RULER_HEIGHT, 1, scene.height);
  }
}

function paintRuler(context: CanvasRenderingContext2D, scene: Scene, marks: readonly { readonly offset: bigint; readonly label: string }[]): void {
  const { palette, width, nameWidth, drag } = scene;
  context.fillStyle = palette.surface2;
  context.fillRect(0, 0, width, RULER_HEIGHT);
  context.fillStyle = palette.line;
  context.fillRect(0, RULER_HEIGHT - 1, width, 1);
  if (drag !== undefined) {
    const bars = barsWidth(width, nameWidth);
    const left = nameWidth + Math.max(0, Math.min(drag.a, drag.b)) * bars;
    const right = nameWidth + Math.min(1, Math.max(drag.a, drag.b)) * bars;
    context.globalAlpha = 0.18;
    context.fillStyle = palette.accent;
    context.fillRect(left, 0, right - left, scene.height);
    context.globalAlpha = 1;
  }
  context.save();
  context.beginPath();
  context.rect(nameWidth, 0, width - nameWidth, RULER_HEIGHT);
  context.clip();
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'middle';
  for (const mark of marks) {
    const x = Math.round(xOf(scene, mark.offset));
    context.fillStyle = palette.line;
    context.fillRect(x, RULER_HEIGHT - 7, 1, 6);
    context.fillStyle = palette.text2;
    context.textAlign = 'left';
    // Half a label reads as another time: better none.
    if (x + 4 + context.measureText(mark.label).width <= width) {
      context.fillText(mark.label, x + 4, RULER_HEIGHT / 2);
    }
  }
  context.restore();
}

function paintCursor(context: CanvasRenderingContext2D, scene: Scene): void {
  const { pointer, nameWidth, width, palette } = scene;
  if (pointer === undefined || pointer.x <= nameWidth) {
    return;
  }
  const fraction = (pointer.x - nameWidth) / barsWidth(width, nameWidth);
  if (fraction > 1) {
    return;
  }
  context.globalAlpha = 0.55;
  context.fillStyle = palette.accent;
  context.fillRect(Math.round(pointer.x), 0, 1, scene.height);
  context.globalAlpha = 1;
  const label = formatNanos(offsetAt(scene.window, fraction));
  context.font = `600 11px ${palette.font}`;
  const labelWidth = context.measureText(label).width + 12;
  const left = Math.min(pointer.x + 1, width - labelWidth - 2);
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(left, 4, labelWidth, RULER_HEIGHT - 9, 3);
  context.fill();
  context.fillStyle = palette.surface;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(label, left + 6, RULER_HEIGHT / 2);
}

function paintRow(context: CanvasRenderingContext2D, scene: Scene, row: number, y: number, hovered: boolean): void {
  const { trace, palette, width, selected, matches } = scene;
  const isMatch = matches !== undefined && matches[row] === 1;
  if (row === selected) {
    context.fillStyle = palette.accentSoft;
    context.fillRect(0, y, width, ROW_HEIGHT);
  } else if (isMatch) {
    context.globalAlpha = row === scene.currentMatch ? 0.75 : 0.35;
    context.fillStyle = palette.mark;
    context.fillRect(0, y, width, ROW_HEIGHT);
    context.globalAlpha = 1;
  } else if (hovered) {
    context.fillStyle = palette.surface2;
    context.fillRect(0, y, width, ROW_HEIGHT);
  }
  if (row === scene.currentMatch) {
    context.fillStyle = palette.markLine;
    context.fillRect(0, y, 3, ROW_HEIGHT);
  }
  const dimmed = (matches !== undefined && !isMatch) || (scene.service >= 0 && trace.serviceOf[row] !== scene.service);
  context.globalAlpha = dimmed && row !== selected ? 0.4 : 1;
  paintName(context, scene, row, y);
  paintBar(context, scene, row, y);
  context.globalAlpha = 1;
  if (row === selected) {
    context.fillStyle = palette.accent;
    context.fillRect(0, y, 3, ROW_HEIGHT);
  }
}

function paintName(context: CanvasRenderingContext2D, scene: Scene, row: number, y: number): void {
  const { trace, palette, nameWidth, colors } = scene;
  const middle = y + ROW_HEIGHT / 2;
  const left = indentOf(trace, row, nameWidth);
  const step = stepOf(trace, nameWidth);
  context.fillStyle = palette.guide;
  // Guides nearer than a finger's width are a grey wash: leave them out in very deep traces.
  if (step >= 6) {
    for (let level = 0; level < trace.depth[row]! && PAD + level * step < left; level++) {
      context.fillRect(Math.round(PAD + level * step + 5), y, 1, ROW_HEIGHT);
    }
  }
  const color = colors[trace.serviceOf[row]!]!;
  const folded = scene.collapsed[row] === 1;
  if (hasChildren(trace, row)) {
    paintFoldMark(context, left + 5, middle, folded, palette.text2);
  }
  let x = left + FOLD_WIDTH;
  context.fillStyle = color.fill;
  context.beginPath();
  context.roundRect(x, middle - 7, 4, 14, 2);
  context.fill();
  x += 9;
  const below = folded ? errorsBelow(trace, row) : 0;
  if (trace.error[row] === 1 || below > 0) {
    paintErrorMark(context, x + 6, middle, trace.error[row] === 1, palette);
    x += 17;
  }
  if (trace.defect[row] !== 0 || trace.timeless[row] === 1) {
    paintWarnMark(context, x + 6, middle, palette);
    x += 16;
  }
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  if (folded) {
    const count = String(trace.subtreeEnd[row]! - row - 1);
    context.font = `11px ${palette.font}`;
    const countWidth = context.measureText(count).width + 10;
    context.fillStyle = palette.line;
    context.beginPath();
    context.roundRect(x, middle - 8, countWidth, 16, 4);
    context.fill();
    context.fillStyle = palette.text2;
    context.fillText(count, x + 5, middle + 0.5);
    x += countWidth + 6;
  }
  const right = nameWidth - 8;
  const parent = trace.parent[row]!;
  const sameService = parent >= 0 && trace.serviceOf[parent] === trace.serviceOf[row];
  context.font = `${sameService ? 400 : 600} 12.5px ${palette.font}`;
  const service = scene.fitter.fit(context, trace.services[trace.serviceOf[row]!]!.name, (right - x) * 0.6);
  context.fillStyle = sameService ? palette.text3 : color.strong;
  context.fillText(service, x, middle + 0.5);
  x += context.measureText(service).width + 7;
  context.font = `12.5px ${palette.font}`;
  context.fillStyle = trace.error[row] === 1 ? palette.error : palette.text;
  context.fillText(scene.fitter.fit(context, trace.spans[row]!.name ?? '', right - x), x, middle + 0.5);
}

function paintFoldMark(context: CanvasRenderingContext2D, x: number, y: number, folded: boolean, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  if (folded) {
    context.moveTo(x - 2, y - 4);
    context.lineTo(x + 2, y);
    context.lineTo(x - 2, y + 4);
  } else {
    context.moveTo(x - 4, y - 2);
    context.lineTo(x, y + 2);
    context.lineTo(x + 4, y - 2);
  }
  context.stroke();
}

/** Full for the span's own error, a ring for errors folded away below it. */
function paintErrorMark(context: CanvasRenderingContext2D, x: number, y: number, own: boolean, palette: Palette): void {
  context.beginPath();
  context.arc(x, y, 6, 0, Math.PI * 2);
  if (own) {
    context.fillStyle = palette.error;
    context.fill();
  } else {
    context.strokeStyle = palette.error;
    context.lineWidth = 1.2;
    context.stroke();
  }
  context.fillStyle = own ? palette.surface : palette.error;
  context.fillRect(x - 0.8, y - 3.4, 1.6, 4.2);
  context.fillRect(x - 0.8, y + 1.8, 1.6, 1.6);
}

function paintWarnMark(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  context.fillStyle = palette.warn;
  context.beginPath();
  context.moveTo(x, y - 6);
  context.lineTo(x + 6, y + 5);
  context.lineTo(x - 6, y + 5);
  context.fill();
  context.fillStyle = palette.surface;
  context.fillRect(x - 0.7, y - 2.5, 1.4, 4);
  context.fillRect(x - 0.7, y + 2.4, 1.4, 1.3);
}

function paintBar(context: CanvasRenderingContext2D, scene: Scene, row: number, y: number): void {
  const { trace, palette, nameWidth, width, window } = scene;
  const bars = barsWidth(width, nameWidth);
  const offset = trace.offset[row]!;
  const end = offset + trace.length[row]!;
  const middle = y + ROW_HEIGHT / 2;
  if (end < window.from || offset > window.to) {
    paintAway(context, end < window.from ? nameWidth + 8 : nameWidth + bars - 8, middle, end < window.from, palette.text3);
    return;
  }
  const rawLeft = xOf(scene, offset);
  const rawRight = xOf(scene, end);
  const left = Math.max(rawLeft, nameWidth + 1);
  const right = Math.max(Math.min(rawRight, nameWidth + bars), left + 2);
  const color = scene.colors[trace.serviceOf[row]!]!;
  const top = y + BAR_INSET;
  const height = ROW_HEIGHT - 2 * BAR_INSET;
  context.fillStyle = color.fill;
  context.beginPath();
  context.roundRect(left, top, right - left, height, Math.min(3, (right - left) / 2));
  context.fill();
  if (trace.error[row] === 1) {
    context.fillStyle = palette.error;
    context.fillRect(left, top + height - 3, right - left, 3);
  }
  paintCritical(context, scene, row, top + height + 1);
  paintEvents(context, scene, row, top, height);
  paintLength(context, scene, row, left, right, middle);
}

/** A line below the stretches of the bar that the whole trace waited for. */
function paintCritical(context: CanvasRenderingContext2D, scene: Scene, row: number, y: number): void {
  const edge = scene.nameWidth + barsWidth(scene.width, scene.nameWidth);
  context.fillStyle = scene.palette.text;
  for (const { from, to } of scene.critical?.get(row) ?? []) {
    const left = Math.max(xOf(scene, from), scene.nameWidth + 1);
    const right = Math.min(xOf(scene, to), edge);
    if (right > left) {
      context.fillRect(left, y, Math.max(1, right - left), 2);
    }
  }
}

/** A chevron at the edge of the window beyond which the span lies. */
function paintAway(context: CanvasRenderingContext2D, x: number, y: number, toLeft: boolean, color: string): void {
  const way = toLeft ? -3 : 3;
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(x - way, y - 3);
  context.lineTo(x, y);
  context.lineTo(x - way, y + 3);
  context.stroke();
}

function paintEvents(context: CanvasRenderingContext2D, scene: Scene, row: number, top: number, height: number): void {
  const events = scene.trace.spans[row]!.events;
  if (events === undefined) {
    return;
  }
  for (const event of events) {
    if (event.timeUnixNano === undefined) {
      continue;
    }
    const at = BigInt(event.timeUnixNano) - scene.trace.start;
    if (at < scene.window.from || at > scene.window.to) {
      continue;
    }
    const x = xOf(scene, at);
    context.fillStyle = event.name === 'exception' ? scene.palette.error : scene.palette.text;
    context.beginPath();
    context.moveTo(x, top - 3);
    context.lineTo(x + 3, top);
    context.lineTo(x, top + 3);
    context.lineTo(x - 3, top);
    context.fill();
    context.fillRect(x - 0.5, top, 1, height);
  }
}

function paintLength(context: CanvasRenderingContext2D, scene: Scene, row: number, left: number, right: number, middle: number): void {
  const { trace, palette, nameWidth, width } = scene;
  if (trace.timeless[row] === 1) {
    return;
  }
  const label = formatNanos(nanos(trace.length[row]!));
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'middle';
  const labelWidth = context.measureText(label).width;
  context.textAlign = 'left';
  if (right + 6 + labelWidth < width - 2) {
    context.fillStyle = palette.text2;
    context.fillText(label, right + 6, middle + 0.5);
  } else if (left - 6 - labelWidth > nameWidth) {
    context.fillStyle = palette.text2;
    context.fillText(label, left - 6 - labelWidth, middle + 0.5);
  } else if (right - left > labelWidth + 10) {
    context.fillStyle = palette.dark ? '#0b0e13' : '#ffffff';
    context.fillText(label, right - labelWidth - 6, middle + 0.5);
  }
}
