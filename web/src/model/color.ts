/**
 * A colour per service that depends on its name alone: the same service looks the same in every trace, on
 * every machine. 24 hues in two strengths; the ends of red are left to errors.
 */

export interface ServiceColor {
  /** Bars and dots. */
  readonly fill: string;
  /** Text and strips on the page's background. */
  readonly strong: string;
}

const HUES = 24;
/** OKLCH hues from 50 (orange) to 370 (pink), so that none is taken for the error red at about 27. */
const FIRST_HUE = 50;
const HUE_RANGE = 318;

/** FNV-1a over UTF-16 units with a final mix, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function serviceColor(name: string, dark: boolean): ServiceColor {
  const hash = hashOf(name);
  const hue = Math.round(FIRST_HUE + ((hash % HUES) * HUE_RANGE) / HUES) % 360;
  const light = Math.floor(hash / HUES) % 2 === 1;
  const fill = dark ? (light ? 0.74 : 0.62) : light ? 0.72 : 0.58;
  return {
    fill: `oklch(${fill} 0.125 ${hue})`,
    strong: `oklch(${dark ? fill + 0.08 : fill - 0.1} 0.14 ${hue})`,
  };
}
