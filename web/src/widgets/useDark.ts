/** Whether the browser asks for a dark page; follows the switch while the page is open. */
import { useSyncExternalStore } from 'react';

const query = '(prefers-color-scheme: dark)';

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
