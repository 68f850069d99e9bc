/** The waterfall's canvas: draws the rows on screen and turns pointer and wheel into moves of the view. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent, type RefObject } from 'react';
import { useT } from '../../base/i18n.ts';
import { formatNanos, nanos } from '../../base/time.ts';
import { usePixels } from '../../base/settings.ts';
import type { CriticalPath } from '../../model/criticalPath.ts';
import { hasChildren, type Collapsed } from '../../model/rows.ts';
import type { Trace } from '../../model/trace.ts';
import { pan, select, zoomAt, type Window } from '../../model/zoom.ts';
import { useDark } from '../../widgets/useDark.ts';
import type { Size } from '../../widgets/useSize.ts';
import { paletteOf, sharpContext, TextFitter } from './canvas.ts';
import { barsWidth, colorsOf, indentOf, paintScene, positionAt, ROW_HEIGHT, RULER_HEIGHT, type Scene } from './paintRows.ts';

interface Props {
  readonly trace: Trace;
  readonly rows: Int32Array;
  readonly collapsed: Collapsed;
  readonly window: Window;
  readonly selected: number;
  readonly matches: Uint8Array | undefined;
  readonly currentMatch: number;
  readonly critical: CriticalPath | undefined;
  readonly service: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Of the scroller. */
  readonly size: Size;
  readonly onWindow: (window: Window) => void;
  readonly onSelect: (row: number) => void;
  readonly onToggle: (row: number) => void;
}

/** Pixels a press may wander and still be a click. */
const CLICK_SLACK = 4;

interface Press {
  readonly kind: 'ruler' | 'bars' | 'names';
  readonly x: number;
  readonly y: number;
  readonly window: Window;
  moved: boolean;
}

export function Waterfall(props: Props) {
  const { trace, rows, collapsed, window: shown, scroller, onWindow, onSelect, onToggle } = props;
  const { t } = useT();
  const dark = useDark();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = props.size;
  const [wishedNames, setNameWidth] = usePixels('nameWidth', 380, 140, 1200);
  const nameWidth = Math.max(120, Math.min(wishedNames, width * 0.7));
  const colors = useMemo(() => colorsOf(trace, dark), [trace, dark]);
  const fitter = useMemo(() => new TextFitter(), []);
  const pointer = useRef<Scene['pointer']>(undefined);
  const press = useRef<Press | undefined>(undefined);
  const [drag, setDrag] = useState<Scene['drag']>(undefined);
  const frame = useRef(0);

  const draw = useCallback((): void => {
    frame.current = 0;
    const target = canvas.current;
    const box = scroller.current;
    const context = target === null ? undefined : sharpContext(target, width, height);
    if (target === null || box === null || context === undefined || width === 0) {
      return;
    }
    paintScene(context, {
      ...props,
      width,
      height,
      nameWidth,
      scrollTop: box.scrollTop,
      palette: paletteOf(target, dark),
      colors,
      fitter,
      pointer: pointer.current,
      drag,
    });
    // What is on screen, for those who cannot look at pixels.
    target.dataset['rows'] = String(rows.length);
    target.dataset['firstRow'] = String(Math.floor(box.scrollTop / ROW_HEIGHT));
  }, [props, scroller, rows, width, height, nameWidth, dark, colors, fitter, drag]);

  const latestDraw = useRef(draw);
  const schedule = useCallback((): void => {
    if (frame.current === 0) {
      frame.current = requestAnimationFrame(() => latestDraw.current());
    }
  }, []);

  useLayoutEffect(() => {
    latestDraw.current = draw;
    draw();
  }, [draw]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const fractionAt = useCallback((x: number): number => (x - nameWidth) / barsWidth(width, nameWidth), [nameWidth, width]);

  // React listens passively to wheel events; zooming must keep the page from zooming along.
  useEffect(() => {
    const box = scroller.current;
    if (box === null) {
      return;
    }
    const wheel = (event: WheelEvent): void => {
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const fraction = Math.max(0, Math.min(1, fractionAt(event.offsetX)));
        onWindow(zoomAt(shown, trace.duration, fraction, Math.exp(Math.max(-1, Math.min(1, event.deltaY * 0.004)))));
      } else if (sideways !== 0 && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
        event.preventDefault();
        onWindow(pan(shown, trace.duration, sideways / barsWidth(width, nameWidth)));
      }
    };
    box.addEventListener('wheel', wheel, { passive: false });
    return () => box.removeEventListener('wheel', wheel);
  }, [scroller, shown, trace, width, nameWidth, fractionAt, onWindow]);

  function place(event: PointerEvent): { x: number; y: number } {
    const box = canvas.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function down(event: PointerEvent<HTMLCanvasElement>): void {
    if (event.button !== 0) {
      return;
    }
    const { x, y } = place(event);
    const kind = x <= nameWidth ? 'names' : y < RULER_HEIGHT ? 'ruler' : 'bars';
    press.current = { kind, x, y, window: shown, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent<HTMLCanvasElement>): void {
    const at = place(event);
    pointer.current = at;
    const held = press.current;
    if (held !== undefined) {
      held.moved ||= Math.hypot(at.x - held.x, at.y - held.y) > CLICK_SLACK;
      if (held.moved && held.kind === 'ruler') {
        setDrag({ a: fractionAt(held.x), b: fractionAt(at.x) });
      } else if (held.moved && held.kind === 'bars') {
        onWindow(pan(held.window, trace.duration, (held.x - at.x) / barsWidth(width, nameWidth)));
      }
    }
    const position = positionAt(at.y, scroller.current?.scrollTop ?? 0, rows.length);
    const row = position < 0 ? -1 : rows[position]!;
    event.currentTarget.style.cursor = at.y < RULER_HEIGHT && at.x > nameWidth ? 'col-resize' : row >= 0 ? 'pointer' : 'default';
    event.currentTarget.title = row < 0 || at.x > nameWidth ? '' : titleOf(trace, row);
    schedule();
  }

  function up(event: PointerEvent<HTMLCanvasElement>): void {
    const held = press.current;
    press.current = undefined;
    if (held === undefined) {
      return;
    }
    const { x, y } = place(event);
    if (held.moved) {
      setDrag(undefined);
      if (held.kind === 'ruler') {
        onWindow(select(shown, trace.duration, fractionAt(held.x), fractionAt(x)));
      }
      return;
    }
    const position = positionAt(y, scroller.current?.scrollTop ?? 0, rows.length);
    if (position < 0) {
      return;
    }
    const row = rows[position]!;
    if (hasChildren(trace, row) && x < nameWidth && x <= indentOf(trace, row, nameWidth) + 16) {
      onToggle(row);
    } else {
      onSelect(row);
    }
  }

  return (
    <>
      <div className="rows" style={{ height: RULER_HEIGHT + rows.length * ROW_HEIGHT }}>
        <canvas
          ref={canvas}
          style={{ width, height }}
          role="img"
          aria-label={t('trace.rows')}
          data-row-height={ROW_HEIGHT}
          data-ruler-height={RULER_HEIGHT}
          data-name-width={Math.round(nameWidth)}
          data-collapsed={countOf(collapsed)}
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={() => {
            press.current = undefined;
            setDrag(undefined);
          }}
          onPointerLeave={() => {
            pointer.current = undefined;
            schedule();
          }}
          onDoubleClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const position = positionAt(event.clientY - box.top, scroller.current?.scrollTop ?? 0, rows.length);
            if (position >= 0 && event.clientX - box.left < nameWidth && hasChildren(trace, rows[position]!)) {
              onToggle(rows[position]!);
            }
          }}
        />
      </div>
      <ScrollRedraw scroller={scroller} onScroll={schedule} />
      <Divider left={nameWidth} onMove={setNameWidth} box={scroller} />
    </>
  );
}

function titleOf(trace: Trace, row: number): string {
  return `${trace.services[trace.serviceOf[row]!]!.name} · ${trace.spans[row]!.name ?? ''}\n${formatNanos(nanos(trace.length[row]!))}`;
}

function countOf(flags: Uint8Array): number {
  let count = 0;
  for (const flag of flags) {
    count += flag;
  }
  return count;
}

function ScrollRedraw({ scroller, onScroll }: { readonly scroller: RefObject<HTMLElement | null>; readonly onScroll: () => void }) {
  useEffect(() => {
    const box = scroller.current;
    box?.addEventListener('scroll', onScroll, { passive: true });
    return () => box?.removeEventListener('scroll', onScroll);
  }, [scroller, onScroll]);
  return null;
}

/** The line between names and bars, to be dragged. */
function Divider({ left, onMove, box }: { readonly left: number; readonly onMove: (left: number) => void; readonly box: RefObject<HTMLElement | null> }) {
  const held = useRef(false);
  return (
    <div
      className="divider"
      style={{ left: left - 3 }}
      role="separator"
      aria-orientation="vertical"
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (held.current && box.current !== null) {
          onMove(event.clientX - box.current.getBoundingClientRect().left);
        }
      }}
      onPointerUp={() => (held.current = false)}
    />
  );
}
