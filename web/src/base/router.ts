/**
 * The address bar is the state: pages read it through `useLocation` and change it through `navigate`,
 * so that every view can be shared, reloaded and gone back to.
 */
import { useSyncExternalStore } from 'react';

export interface Location {
  readonly path: string;
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();
let cached: { readonly href: string; readonly location: Location } | undefined;

function current(): Location {
  const href = window.location.pathname + window.location.search;
  if (cached?.href !== href) {
    cached = {
      href,
      location: { path: window.location.pathname, query: new URLSearchParams(window.location.search) },
    };
  }
  return cached.location;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export function useLocation(): Location {
  return useSyncExternalStore(subscribe, current);
}

/** Goes to `href` of this origin; `replace` leaves no step to go back to. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (href === window.location.pathname + window.location.search) {
    return;
  }
  if (how === 'push') {
    window.history.pushState(null, '', href);
  } else {
    window.history.replaceState(null, '', href);
  }
  for (const listener of listeners) {
    listener();
  }
}

/** `path?a=1&b=2`, leaving out what is undefined or empty. */
export function hrefOf(path: string, parameters: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function traceHref(traceId: string, spanId?: string): string {
  return hrefOf(`/trace/${traceId}`, { span: spanId });
}
