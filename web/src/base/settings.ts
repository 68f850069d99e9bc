/**
 * What this browser remembers between visits: language, time zone, panel sizes. Kept in localStorage;
 * where that is forbidden (private mode) settings last as long as the page.
 */
import { useSyncExternalStore } from 'react';

const PREFIX = 'clew.';
const memory = new Map<string, string>();
const listeners = new Set<() => void>();

export function readSetting(name: string): string | undefined {
  const held = memory.get(name);
  if (held !== undefined) {
    return held;
  }
  try {
    return window.localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeSetting(name: string, value: string): void {
  memory.set(name, value);
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is full or forbidden: the value still holds for this page.
  }
  for (const listener of listeners) {
    listener();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A stored choice out of a fixed list. */
export function useChoice<T extends string>(name: string, choices: readonly T[], initial: T): [T, (value: T) => void] {
  const stored = useSyncExternalStore(subscribe, () => readSetting(name));
  const value = choices.find((choice) => choice === stored) ?? initial;
  return [value, (next) => writeSetting(name, next)];
}

/** A stored size in pixels, kept inside its limits. */
export function usePixels(name: string, initial: number, min: number, max: number): [number, (value: number) => void] {
  const stored = useSyncExternalStore(subscribe, () => readSetting(name));
  const parsed = stored === undefined ? initial : Number.parseInt(stored, 10);
  const value = Math.min(max, Math.max(min, Number.isFinite(parsed) ? parsed : initial));
  return [value, (next) => writeSetting(name, Math.round(Math.min(max, Math.max(min, next))).toString())];
}
