/** What every canvas of the trace page needs: sharp pixels and the page's colours. */

export interface Palette {
  readonly dark: boolean;
  readonly surface: string;
  readonly surface2: string;
  readonly line: string;
  readonly guide: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly error: string;
  readonly warn: string;
  readonly mark: string;
  readonly markLine: string;
  readonly font: string;
}

/** Reads the colours that the style sheet gives the element's page now. */
export function paletteOf(element: Element, dark: boolean): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    dark,
    surface: read('--surface'),
    surface2: read('--surface-2'),
    line: read('--line'),
    guide: read('--guide'),
    text: read('--text'),
    text2: read('--text-2'),
    text3: read('--text-3'),
    accent: read('--accent'),
    accentSoft: read('--accent-soft'),
    error: read('--error'),
    warn: read('--warn'),
    mark: read('--mark'),
    markLine: read('--mark-line'),
    font: read('--font'),
  };
}

/** Sizes a canvas to device pixels and returns a context that draws in CSS pixels. */
export function sharpContext(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio || 1;
  const deviceWidth = Math.max(1, Math.round(width * ratio));
  const deviceHeight = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
  }
  const context = canvas.getContext('2d');
  if (context === null) {
    return undefined;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Shortens text to a width with an ellipsis; remembers answers, since the same rows are drawn frame after frame. */
export class TextFitter {
  private readonly fitted = new Map<string, string>();

  fit(context: CanvasRenderingContext2D, text: string, width: number): string {
    const key = `${Math.floor(width)} ${context.font} ${text}`;
    const known = this.fitted.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.fitted.size > 5_000) {
      this.fitted.clear();
    }
    const result = shortened(context, text, width);
    this.fitted.set(key, result);
    return result;
  }
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  // Names of thousands of characters are legal: nothing beyond this can ever be seen.
  const head = text.slice(0, 400);
  if (context.measureText(head).width <= width) {
    return head.length < text.length ? `${head}…` : head;
  }
  let low = 0;
  let high = head.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${head.slice(0, middle)}…`).width <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low === 0 ? '' : `${head.slice(0, low)}…`;
}
