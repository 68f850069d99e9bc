/** The trace page's keys. One table, read by the listener and by the help. */

export type Action =
  | 'next'
  | 'previous'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'fold'
  | 'unfold'
  | 'foldAll'
  | 'unfoldAll'
  | 'zoomIn'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'whole'
  | 'zoomToSpan'
  | 'find'
  | 'nextMatch'
  | 'previousMatch'
  | 'nextError'
  | 'previousError'
  | 'open'
  | 'close'
  | 'critical'
  | 'help';

const ACTIONS: Readonly<Record<string, Action>> = {
  ArrowDown: 'next',
  j: 'next',
  ArrowUp: 'previous',
  k: 'previous',
  PageDown: 'pageDown',
  PageUp: 'pageUp',
  Home: 'first',
  End: 'last',
  ArrowLeft: 'fold',
  ArrowRight: 'unfold',
  '[': 'foldAll',
  ']': 'unfoldAll',
  w: 'zoomIn',
  '+': 'zoomIn',
  '=': 'zoomIn',
  s: 'zoomOut',
  '-': 'zoomOut',
  a: 'panLeft',
  d: 'panRight',
  '0': 'whole',
  z: 'zoomToSpan',
  '/': 'find',
  n: 'nextMatch',
  N: 'previousMatch',
  e: 'nextError',
  E: 'previousError',
  Enter: 'open',
  Escape: 'close',
  c: 'critical',
  '?': 'help',
};

/** The action of a key press; undefined for keys of the browser's own and while text is being typed. */
export function actionOf(event: KeyboardEvent): Action | undefined {
  const target = event.target instanceof Element ? event.target : null;
  const typing = target !== null && target.closest('input, textarea, select, [contenteditable]') !== null;
  const pressing = target !== null && target.closest('button, a, summary') !== null && (event.key === 'Enter' || event.key === ' ');
  if (event.ctrlKey || event.metaKey || event.altKey || typing || pressing) {
    return undefined;
  }
  return ACTIONS[event.key];
}

/** Rows of the help: the keys as printed and the message that explains them. */
export const HELP = [
  ['↓ ↑ · j k', 'trace.keys.select'],
  ['← →', 'trace.keys.fold'],
  ['[ ]', 'trace.keys.all'],
  ['w s · + −', 'trace.keys.zoom'],
  ['a d', 'trace.keys.pan'],
  ['0', 'trace.keys.whole'],
  ['z', 'trace.keys.span'],
  ['/ n N', 'trace.keys.find'],
  ['e E', 'trace.keys.error'],
  ['c', 'trace.keys.critical'],
  ['Enter Esc', 'trace.keys.detail'],
  ['PgDn PgUp Home End', 'trace.keys.page'],
] as const;
