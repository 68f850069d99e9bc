/** The time zone all pages show times in: the browser's own, or UTC as servers log it. */
import { useChoice } from './settings.ts';
import type { Zone } from './time.ts';

const ZONES: readonly Zone[] = ['local', 'utc'];

export function useZone(): [Zone, (zone: Zone) => void] {
  return useChoice('zone', ZONES, 'local');
}
