/** The whole trace in a strip: drag to choose a part, drag the part or its edges to move it, wheel to zoom, double-click for all. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { useT } from '../../base/i18n.ts';
import type { Trace } from '../../model/trace.ts';
import { clamp, fractionOf, isWhole, offsetAt, pan, select, wholeOf, widthOf, zoomAt, type Window } from '../../model/zoom.ts';
import { useDark } from '../../widgets/useDark.ts';
import { useSize } from '../../widgets/useSize.ts';
import { paletteOf, sharpContext, type Palette } from './canvas.ts';
import { colorsOf } from './paintRows.ts';

const HEIGHT = 64;
const EDGE = 6;

type Grip = { readonly kind: 'new' | 'move' | 'left' | 'right'; readonly at: number; readonly window: Window };

interface Props {
  readonly trace: Trace;
  readonly window: Window;
  readonly onWindow: (window: Window) => void;
}

export function Minimap({ trace, window: shown, onWindow }: Props) {
  const { t } = useT();
  const dark = useDark();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(box);
  const grip = useRef<Grip | undefined>(undefined);
  const [draft, setDraft] = useState<{ a: number; b: number } | undefined>();
  const whole = useMemo(() => wholeOf(trace.duration), [trace]);
  // The picture of all spans is drawn once; a zoom only lays shade over it.
  const picture = useMemo(() => {
    const image = document.createElement('canvas');
    const context = width === 0 ? undefined : sharpContext(image, width, HEIGHT);
    if (context !== undefined) {
      paintAll(context, trace, whole, width, paletteOf(document.documentElement, dark));
    }
    return image;
  }, [trace, whole, width, dark]);

  useLayoutEffect(() => {
    const target = canvas.current;
    const context = target === null || width === 0 ? undefined : sharpContext(target, width, HEIGHT);
    if (target === null || context === undefined) {
      return;
    }
    const palette = paletteOf(target, dark);
    context.clearRect(0, 0, width, HEIGHT);
    context.drawImage(picture, 0, 0, width, HEIGHT);
    if (!isWhole(shown, trace.duration)) {
      paintPart(context, fractionOf(whole, shown.from) * width, fractionOf(whole, shown.to) * width, width, palette);
    }
    if (draft !== undefined) {
      const left = Math.min(draft.a, draft.b) * width;
      context.globalAlpha = 0.25;
      context.fillStyle = palette.accent;
      context.fillRect(left, 0, Math.abs(draft.b - draft.a) * width, HEIGHT);
      context.globalAlpha = 1;
    }
  }, [picture, shown, whole, width, dark, draft, trace]);

  useEffect(() => {
    const target = canvas.current;
    if (target === null) {
      return;
    }
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        onWindow(pan(shown, trace.duration, (event.deltaX || event.deltaY) / width));
        return;
      }
      // The place under the pointer, as a fraction of what is shown now, stays where it is.
      const anchor = fractionOf(shown, offsetAt(whole, event.offsetX / width));
      onWindow(zoomAt(shown, trace.duration, Math.max(0, Math.min(1, anchor)), Math.exp(Math.max(-1, Math.min(1, event.deltaY * 0.004)))));
    };
    target.addEventListener('wheel', wheel, { passive: false });
    return () => target.removeEventListener('wheel', wheel);
  }, [shown, whole, trace, width, onWindow]);

  const fraction = (event: PointerEvent): number => {
    const bounds = canvas.current!.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - bounds.left) / Math.max(1, bounds.width)));
  };

  function gripAt(at: number): Grip['kind'] {
    if (isWhole(shown, trace.duration)) {
      return 'new';
    }
    const left = fractionOf(whole, shown.from);
    const right = fractionOf(whole, shown.to);
    if (Math.abs(at - left) * width <= EDGE) return 'left';
    if (Math.abs(at - right) * width <= EDGE) return 'right';
    return at > left && at < right ? 'move' : 'new';
  }

  function move(event: PointerEvent<HTMLCanvasElement>): void {
    const at = fraction(event);
    const held = grip.current;
    if (held === undefined) {
      event.currentTarget.style.cursor = { new: 'crosshair', move: 'grab', left: 'ew-resize', right: 'ew-resize' }[gripAt(at)];
    } else if (held.kind === 'new') {
      setDraft({ a: held.at, b: at });
    } else if (held.kind === 'move') {
      onWindow(pan(held.window, trace.duration, fractionOf(held.window, held.window.from + offsetAt(whole, at) - offsetAt(whole, held.at))));
    } else {
      const edge = offsetAt(whole, at);
      const fixed = held.kind === 'left' ? held.window.to : held.window.from;
      onWindow(clamp(edge < fixed ? { from: edge, to: fixed } : { from: fixed, to: edge }, trace.duration));
    }
  }

  function up(event: PointerEvent): void {
    const held = grip.current;
    grip.current = undefined;
    setDraft(undefined);
    if (held?.kind === 'new' && Math.abs(fraction(event) - held.at) * width > 3) {
      onWindow(select(whole, trace.duration, held.at, fraction(event)));
    }
  }

  return (
    <div className="minimap" ref={box}>
      <canvas
        ref={canvas}
        style={{ width, height: HEIGHT }}
        role="img"
        aria-label={t('trace.minimap')}
        title={t('trace.minimap')}
        data-window={`${shown.from}-${shown.to}`}
        data-share={Number((widthOf(shown) * 10000n) / widthOf(whole)) / 10000}
        onPointerDown={(event) => {
          if (event.button === 0) {
            event.currentTarget.setPointerCapture(event.pointerId);
            const at = fraction(event);
            grip.current = { kind: gripAt(at), at, window: shown };
          }
        }}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => {
          grip.current = undefined;
          setDraft(undefined);
        }}
        onDoubleClick={() => onWindow(whole)}
      />
    </div>
  );
}

/** Every span as a line of its service's colour; errors last, so that none is painted over. */
function paintAll(context: CanvasRenderingContext2D, trace: Trace, whole: Window, width: number, palette: Palette): void {
  const colors = colorsOf(trace, palette.dark);
  const lineHeight = Math.max(1, Math.min(4, (HEIGHT - 8) / trace.size));
  const y = (row: number): number => 4 + (row / Math.max(1, trace.size)) * (HEIGHT - 8);
  const line = (row: number): void => {
    const left = fractionOf(whole, trace.offset[row]!) * width;
    const length = (Number(trace.length[row]!) / Number(whole.to)) * width;
    context.fillRect(left, y(row), Math.max(1, length), lineHeight);
  };
  let painted = -1;
  for (let row = 0; row < trace.size; row++) {
    const service = trace.serviceOf[row]!;
    if (service !== painted) {
      painted = service;
      context.fillStyle = colors[service]!.fill;
    }
    line(row);
  }
  context.fillStyle = palette.error;
  for (let row = 0; row < trace.size; row++) {
    if (trace.error[row] === 1) {
      line(row);
    }
  }
}

/** Shades what is outside and draws grips at both edges of the part shown. */
function paintPart(context: CanvasRenderingContext2D, left: number, right: number, width: number, palette: Palette): void {
  context.globalAlpha = palette.dark ? 0.72 : 0.78;
  context.fillStyle = palette.surface2;
  context.fillRect(0, 0, left, HEIGHT);
  context.fillRect(right, 0, width - right, HEIGHT);
  context.globalAlpha = 1;
  context.fillStyle = palette.accent;
  for (const edge of [left, right]) {
    context.fillRect(edge - 0.75, 0, 1.5, HEIGHT);
    context.beginPath();
    context.roundRect(edge - 3, HEIGHT / 2 - 10, 6, 20, 2);
    context.fill();
  }
}
